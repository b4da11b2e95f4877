import { useQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { webhooksQuery } from './api/get-webhooks.ts';
import { DeliveryList } from './delivery-list.tsx';
import { OperationsFrame } from './operations-frame.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookList } from './webhook-list.tsx';

const title = 'Webhooks';

/** Which other programs are told what happens here, and how that goes. */
export function Page() {
  const query = useQuery(webhooksQuery(useApi()));
  useTitle(title);
  const { data } = query;
  return (
    <OperationsFrame title={title} here="/operations/webhooks">
      {data && (
        <>
          <section class="panel" aria-labelledby="webhooks-all">
            <h2 id="webhooks-all">Who is told</h2>
            <WebhookList hooks={data.hooks} />
          </section>
          <section class="panel" aria-labelledby="webhooks-new">
            <h2 id="webhooks-new">New webhook</h2>
            <p class="lead">
              It gets a signed message for what is public and for what you may see; others’ secret boards
              never leave by it.
            </p>
            <WebhookForm kinds={data.kinds} />
          </section>
          <section class="panel" aria-labelledby="webhooks-sent">
            <h2 id="webhooks-sent">What was sent</h2>
            <DeliveryList deliveries={data.deliveries} hooks={data.hooks} />
          </section>
        </>
      )}
      {!data && query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) => client.fetchQuery(webhooksQuery(api));

export const head = (): Head => ({ title, hidden: true });
