import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from '../../../shared/api/api.ts';
import { meQuery } from '../../../shared/api/me.ts';
import { toast } from '../../../shared/ui/toast.ts';

/** A new password; the current one where there is one. */
export interface PasswordChange {
  readonly current?: string;
  readonly next: string;
}

/** Changes the password; other devices are signed out. */
export function useChangePassword() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: PasswordChange) => api.send('PUT', '/api/me/password', change),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: meQuery(api).queryKey });
      void client.invalidateQueries({ queryKey: ['devices'] });
      toast('The password is changed. Other devices are signed out.');
    },
  });
}
