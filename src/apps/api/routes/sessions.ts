import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { DeviceSchema, MeSchema, type SignIn, SignInSchema } from '#services/accounts/contract';
import { signingIn } from '../acting.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceOf, dropSession, keepSession, requireSession, sessionCookie } from '../session.ts';
import { describe, IdParamsSchema, idParam } from './shared.ts';

const TokenSchema = Type.Object({ token: Type.String({ maxLength: 200 }) });

/** Sign-in, sign-out, devices. */
export function sessionRoutes(server: FastifyInstance, { services: { accounts, actions } }: ApiDeps): void {
  server.post<{ Body: SignIn }>(
    '/api/sessions',
    { schema: describe('sessions', 'Sign in', { body: SignInSchema }, MeSchema) },
    async (request, reply) => {
      const signIn = () => accounts.signIn(request.body, deviceOf(request));
      const session = await signingIn(actions, 'password', signIn);
      keepSession(reply, session);
      return session.me;
    },
  );
  server.post<{ Body: { token: string } }>(
    '/api/sessions/token',
    { schema: describe('sessions', 'Sign in with a one-time link', { body: TokenSchema }, MeSchema) },
    async (request, reply) => {
      const signIn = () => accounts.signInWithToken(request.body.token, deviceOf(request));
      const session = await signingIn(actions, 'link', signIn);
      keepSession(reply, session);
      return session.me;
    },
  );
  server.delete(
    '/api/sessions/current',
    { schema: describe('sessions', 'Sign out', {}, undefined, 204) },
    async (request, reply) => {
      const token = request.cookies[sessionCookie];
      if (token !== undefined) await accounts.signOut(token);
      dropSession(reply);
      return reply.status(204).send();
    },
  );
  server.get(
    '/api/sessions',
    {
      schema: describe(
        'sessions',
        'Devices that are signed in',
        {},
        Type.Object({ items: Type.Array(DeviceSchema) }),
      ),
    },
    async (request) => ({ items: await accounts.devices(request.viewer, requireSession(request)) }),
  );
  server.delete(
    '/api/sessions/:id',
    { schema: describe('sessions', 'Sign a device out', { params: IdParamsSchema }, undefined, 204) },
    async (request, reply) => {
      await accounts.revoke(request.viewer, idParam(request.params, 'session'));
      return reply.status(204).send();
    },
  );
}
