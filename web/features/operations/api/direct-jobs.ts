import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { plural } from '../../../shared/ui/format.ts';
import { toast } from '../../../shared/ui/toast.ts';

/** What to do with jobs, or with all of a name. */
export type JobAct =
  | { readonly act: 'retry'; readonly ids: readonly string[] }
  | { readonly act: 'retry'; readonly name: string }
  | { readonly act: 'delete'; readonly ids: readonly string[] }
  | { readonly act: 'pause' | 'resume'; readonly name: string };

type Answer = { readonly retried?: number; readonly deleted?: number; readonly isPaused?: boolean };

function wordsFor({ retried, deleted, isPaused }: Answer): string {
  if (retried !== undefined) return `${plural(retried, 'job')} will be tried again`;
  if (deleted !== undefined) return `${plural(deleted, 'job')} forgotten`;
  return isPaused ? 'Paused: nothing more is begun' : 'Goes on';
}

/** Retries, forgets, pauses and resumes. */
export function useDirectJobs() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (asked: JobAct) => {
      if (asked.act === 'pause' || asked.act === 'resume') {
        const path = `/api/operations/queues/${encodeURIComponent(asked.name)}`;
        return api.send<Answer>('PATCH', path, { isPaused: asked.act === 'pause' });
      }
      const { act, ...which } = asked;
      return api.send<Answer>('POST', `/api/operations/jobs/${act}`, which);
    },
    onSuccess: (answer) => toast(wordsFor(answer)),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['operations', 'queues'] }),
        client.invalidateQueries({ queryKey: ['operations', 'jobs'] }),
      ]),
  });
}
