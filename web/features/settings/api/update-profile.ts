import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { Me, ProfilePatch } from '#services/accounts/contract';
import { useApi } from '../../../shared/api/api.ts';
import { meQuery } from '../../../shared/api/me.ts';
import { toast } from '../../../shared/ui/toast.ts';

/** Changes what one's page says. */
export function useUpdateProfile() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: ProfilePatch) => api.send<Me>('PATCH', '/api/me', patch),
    onSuccess: (me) => {
      client.setQueryData(meQuery(api).queryKey, me);
      void client.invalidateQueries({ queryKey: ['user', me.name], exact: true });
      toast('Changed.');
    },
  });
}
