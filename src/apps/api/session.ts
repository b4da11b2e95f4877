/** Who is asking, from the session cookie; and the guard against cross-site requests. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, requirePerson, stranger } from '#kernel/actor';
import { ForbiddenError, UnauthenticatedError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Accounts, DeviceInfo, Session } from '#services/accounts/contract';

/** The name of the session cookie. */
export const sessionCookie = 'pinakes_session';
const ninetyDays = 90 * 24 * 60 * 60;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs. */
    viewer: Actor;
    /** The session that the viewer is signed in with. */
    sessionId: Id | undefined;
  }
}

function sameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  // Neither header: not a browser, so no cookie was attached behind somebody's back.
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.host);
}

/** Refuses state-changing requests that a browser sends from another site. */
export function refuseCrossSite(request: FastifyRequest): void {
  if (safeMethods.has(request.method) || sameOrigin(request)) return;
  throw new ForbiddenError('this request came from another site');
}

/** Adds `viewer` and `sessionId` to every request. Cost for a known token: a map look-up. */
export function installSessions(server: FastifyInstance, accounts: Accounts): void {
  server.decorateRequest('viewer');
  server.decorateRequest('sessionId');
  server.addHook('onRequest', async (request) => {
    refuseCrossSite(request);
    request.viewer = stranger;
    const token = request.cookies[sessionCookie];
    const known = token === undefined ? undefined : await accounts.authenticate(token);
    if (!known) return;
    request.viewer = known.actor;
    request.sessionId = known.sessionId;
  });
}

/** The session in use; throws `UnauthenticatedError` for strangers. */
export function requireSession(request: FastifyRequest): Id {
  if (request.sessionId === undefined) throw new UnauthenticatedError();
  return request.sessionId;
}

/** Lets only the owner pass; throws `UnauthenticatedError` for strangers, `ForbiddenError` for members. */
export async function requireOwner({ viewer }: FastifyRequest): Promise<void> {
  if (requirePerson(viewer).role === 'owner') return;
  throw new ForbiddenError('this is for the owner of this site');
}

/** Where a request comes from, for the devices list and rate limits. */
export function deviceOf(request: FastifyRequest): DeviceInfo {
  return { userAgent: request.headers['user-agent'] ?? '', address: request.ip };
}

/** Sets the session cookie: not readable by scripts, not sent from other sites. */
export function keepSession(reply: FastifyReply, session: Session): void {
  reply.setCookie(sessionCookie, session.token, {
    httpOnly: true,
    sameSite: 'lax',
    secure: reply.request.protocol === 'https',
    path: '/',
    maxAge: ninetyDays,
  });
}

/** Removes the session cookie. */
export function dropSession(reply: FastifyReply): void {
  reply.clearCookie(sessionCookie, { path: '/' });
}
