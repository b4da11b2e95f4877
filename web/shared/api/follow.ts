import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from './api.ts';

/** A person (by name) or a board (by id) to follow. */
export interface FollowTarget {
  readonly kind: 'users' | 'boards';
  readonly key: string;
}

/** Follows or unfollows; what shows the target is read again. */
export function useFollow(target: FollowTarget) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (follow: boolean) =>
      api.send(follow ? 'PUT' : 'DELETE', `/api/${target.kind}/${target.key}/follow`),
    onSettled: () => {
      const key = target.kind === 'users' ? 'user' : 'board';
      void client.invalidateQueries({ queryKey: [key, target.key], exact: true });
      client.removeQueries({ queryKey: ['feed', 'following'] });
    },
  });
}
