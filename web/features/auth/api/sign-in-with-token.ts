import { useMutation } from '@tanstack/preact-query';
import type { Me } from '#services/accounts/contract';
import { useApi } from '../../../shared/api/api.ts';

/** Signs in with a one-time link's token. */
export function useSignInWithToken() {
  const api = useApi();
  return useMutation({
    mutationFn: (token: string) => api.send<Me>('POST', '/api/sessions/token', { token }),
  });
}
