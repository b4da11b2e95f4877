import { useMutation } from '@tanstack/preact-query';
import { useApi } from './api.ts';

/** Signs this device out and begins anew: nothing of the person stays in the page. */
export function useSignOut() {
  const api = useApi();
  return useMutation({
    mutationFn: () => api.send('DELETE', '/api/sessions/current'),
    onSuccess: () => window.location.assign('/'),
  });
}
