import { useMutation } from '@tanstack/preact-query';
import type { Me, SignUp } from '#services/accounts/contract';
import { useApi } from '../../../shared/api/api.ts';

/** Makes an account and signs in. */
export function useSignUp() {
  const api = useApi();
  return useMutation({ mutationFn: (input: SignUp) => api.send<Me>('POST', '/api/accounts', input) });
}
