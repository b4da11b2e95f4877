/** What requests tell the actions service: who acts, and how it went. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorId } from '#kernel/actor';
import { PinakesError } from '#kernel/errors';
import type { Session } from '#services/accounts/contract';
import type { Actions, SignInMethod } from '#services/actions/contract';

/** What actions say that a request makes by itself. */
export function acting(request: FastifyRequest) {
  return {
    v: 1,
    actor: actorId(request.viewer),
    device: request.sessionId ?? null,
    surface: 'server',
  } as const;
}

/** Signs somebody in, and records how that went. */
export async function signingIn(
  actions: Actions,
  method: SignInMethod,
  work: () => Promise<Session>,
): Promise<Session> {
  const unknown = { v: 1, actor: null, device: null, surface: 'server', method } as const;
  try {
    const session = await work();
    const who = { actor: session.me.id, device: session.sessionId };
    actions.record({ type: 'sign_in_ok', ...unknown, ...who });
    return session;
  } catch (error) {
    const reason = error instanceof PinakesError ? error.code : 'internal';
    actions.record({ type: 'sign_in_failed', ...unknown, reason });
    throw error;
  }
}

/** Records every answer that says that the server failed. */
export function recordErrors(server: FastifyInstance, actions: Actions): void {
  server.addHook('onResponse', async (request, reply) => {
    const status = reply.statusCode;
    if (status < 500) return;
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`.slice(0, 200);
    actions.record({ type: 'error', ...acting(request), status, route, requestId: request.id });
  });
}
