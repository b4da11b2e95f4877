import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import type { Live, Planned } from '#services/capacity/contract';
import type { Alert } from '#services/monitor/contract';
import { useApi } from '../../shared/api/api.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { plural } from '../../shared/ui/format.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { liveQuery } from './api/get-live.ts';
import { planQuery } from './api/get-plan.ts';
import { alertsQuery } from './api/get-snapshot.ts';
import { bytesText, dayText, shortText } from './figures.ts';
import { OperationsFrame } from './operations-frame.tsx';
import { ServerMap } from './server-map.tsx';
import { type Total, Totals } from './totals.tsx';

const title = 'Operations';

function shardsTotal({ count, skew, shards }: Live): Total {
  const servers = new Set(shards.map(({ server }) => server)).size;
  const away = shards.filter(({ problem }) => problem !== null).length;
  return {
    name: `${plural(count, 'shard')} on ${plural(servers, 'server')}`,
    figure: bytesText(skew.bytes.total),
    note: (
      <Link href="/operations/shards">
        {away > 0 ? `${plural(away, 'shard')} did not answer` : 'How evenly they are filled'}
      </Link>
    ),
    isAlarming: away > 0,
  };
}

function planTotal({ plan: { splits }, input }: Planned): Total {
  const [next] = splits;
  return {
    name: 'Next server to split',
    figure: next ? (next.month === 0 ? 'now' : dayText(next.at)) : 'none',
    note: (
      <Link href="/operations/plan">
        {next ? `Plan ahead` : `For ${plural(input.months, 'month')}; plan ahead`}
      </Link>
    ),
    isAlarming: next?.month === 0,
  };
}

function alertsTotal(alerts: readonly Alert[]): Total {
  const firing = alerts.filter(({ state }) => state === 'firing');
  return {
    name: 'Alerts',
    figure: firing.length === 0 ? 'none' : String(firing.length),
    note: <Link href="/operations/live">{firing[0]?.title ?? 'The site live'}</Link>,
    isAlarming: firing.length > 0,
  };
}

/** What there is, in short, and the way to the rest. */
export function Page() {
  const api = useApi();
  const live = useQuery(liveQuery(api));
  const plan = useQuery(planQuery(api, {}));
  const alerts = useQuery(alertsQuery(api));
  useTitle(title);
  if (!live.data || !plan.data) {
    const error = live.error ?? plan.error;
    return (
      <OperationsFrame title={title} here="/operations">
        {error && <ErrorNote error={error} />}
      </OperationsFrame>
    );
  }
  const { people, boards, pins } = live.data.skew;
  return (
    <OperationsFrame title={title} here="/operations">
      <Totals
        label="The site in short"
        totals={[
          { name: 'People', figure: shortText(people.total) },
          { name: 'Boards', figure: shortText(boards.total) },
          { name: 'Pins', figure: shortText(pins.total) },
          shardsTotal(live.data),
          planTotal(plan.data),
          alertsTotal(alerts.data ?? []),
        ]}
      />
      <ServerMap live={live.data} />
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) =>
  Promise.all([
    client.fetchQuery(liveQuery(api)),
    client.fetchQuery(planQuery(api, {})),
    client.fetchQuery(alertsQuery(api)),
  ]);

export const head = (): Head => ({ title, hidden: true });
