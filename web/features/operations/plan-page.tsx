import { useQuery } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';
import type { Planned } from '#services/capacity/contract';
import { useApi } from '../../shared/api/api.ts';
import { hasStatus } from '../../shared/api/api-error.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { planQuery } from './api/get-plan.ts';
import { OperationsFrame } from './operations-frame.tsx';
import { PlanForm } from './plan-form.tsx';
import { PlanResults } from './plan-results.tsx';
import { givenIn, useGiven } from './use-given.ts';

const title = 'Plan';

/** The plan of the given figures; until it is there, and while they are refused, the last one that could be made. */
function usePlan(given: Readonly<Record<string, string>>) {
  const api = useApi();
  const query = useQuery(planQuery(api, given));
  const last = useRef<Planned | undefined>(undefined);
  if (query.data) last.current = query.data;
  const isLost = query.isError && !last.current;
  const plain = useQuery({ ...planQuery(api, {}), enabled: isLost });
  return { planned: query.data ?? last.current ?? plain.data, error: query.error, retry: query.refetch };
}

/** From people, pins, growth and servers to shards, split dates and bytes. */
export function Page() {
  const { given, give, clear } = useGiven();
  const { planned, error, retry } = usePlan(given);
  useTitle(title);
  return (
    <OperationsFrame title={title} here="/operations/plan">
      {planned ? (
        <div class="plan">
          <PlanForm planned={planned} error={error} given={given} onGive={give} onClear={clear} />
          <PlanResults planned={planned} />
        </div>
      ) : (
        error && <ErrorNote error={error} onRetry={() => void retry()} />
      )}
    </OperationsFrame>
  );
}

export async function load({ api, client, search }: PageContext): Promise<void> {
  try {
    await client.fetchQuery(planQuery(api, givenIn(search.toString())));
  } catch (error) {
    // An address with a figure out of bounds is a page that says so.
    if (!hasStatus(error, 400)) throw error;
    await client.fetchQuery(planQuery(api, {}));
  }
}

export const head = (): Head => ({ title, hidden: true });
