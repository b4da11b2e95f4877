import { useMutation } from '@tanstack/preact-query';
import type { Me, SignIn } from '#services/accounts/contract';
import { useApi } from '../../../shared/api/api.ts';

/** Signs in with a name and a password. */
export function useSignIn() {
  const api = useApi();
  return useMutation({ mutationFn: (input: SignIn) => api.send<Me>('POST', '/api/sessions', input) });
}
