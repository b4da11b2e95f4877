import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import {
  MeSchema,
  PasswordSchema,
  type ProfilePatch,
  ProfilePatchSchema,
  type SignUp,
  SignUpSchema,
} from '#services/accounts/contract';
import { signingIn } from '../acting.ts';
import type { ApiDeps } from '../deps.ts';
import { deviceOf, keepSession, requireSession } from '../session.ts';
import { describe } from './shared.ts';

const PasswordChangeSchema = Type.Object({
  current: Type.Optional(Type.String({ maxLength: 200 })),
  next: PasswordSchema,
});

/** Sign-up and one's own account. */
export function accountRoutes(server: FastifyInstance, { services: { accounts, actions } }: ApiDeps): void {
  server.post<{ Body: SignUp }>(
    '/api/accounts',
    { schema: describe('accounts', 'Sign up', { body: SignUpSchema }, MeSchema, 201) },
    async (request, reply) => {
      const signUp = () => accounts.signUp(request.body, deviceOf(request));
      const session = await signingIn(actions, 'sign_up', signUp);
      keepSession(reply, session);
      return reply.status(201).send(session.me);
    },
  );
  server.get('/api/me', { schema: describe('accounts', 'The signed-in person', {}, MeSchema) }, (request) =>
    accounts.me(request.viewer),
  );
  server.patch<{ Body: ProfilePatch }>(
    '/api/me',
    { schema: describe('accounts', 'Change the profile', { body: ProfilePatchSchema }, MeSchema) },
    (request) => accounts.updateProfile(request.viewer, request.body),
  );
  server.put<{ Body: { current?: string; next: string } }>(
    '/api/me/password',
    {
      schema: describe(
        'accounts',
        'Change the password; signs other devices out',
        { body: PasswordChangeSchema },
        undefined,
        204,
      ),
    },
    async (request, reply) => {
      await accounts.changePassword(request.viewer, request.body, requireSession(request));
      return reply.status(204).send();
    },
  );
}
