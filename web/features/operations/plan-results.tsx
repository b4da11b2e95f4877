import type { Limit, Plan, Planned } from '#services/capacity/contract';
import { plural } from '../../shared/ui/format.ts';
import { bytesText, dayText, percentText, shortText, wholeText } from './figures.ts';
import { MapsOverTime } from './maps-over-time.tsx';
import { MonthsTable } from './months-table.tsx';
import { ServersChart } from './servers-chart.tsx';
import { SplitsTable } from './splits-table.tsx';
import { type Total, Totals } from './totals.tsx';

/** A plan. */
export interface PlanResultsProps {
  readonly planned: Planned;
}

const limitWords: Readonly<Record<Limit, string>> = {
  disk: 'disk fills first',
  writes: 'writes run out first',
  reads: 'reads run out first',
};

function splitTotal({ splits, outgrown }: Plan): Total {
  const [next] = splits;
  if (!next) return { name: 'Next split', figure: 'none', note: outgrown ? '' : 'within the horizon' };
  const isNow = next.month === 0;
  return {
    name: 'Next split',
    figure: isNow ? 'now' : dayText(next.at),
    note: `${next.server} gives ${next.to} half of its shards`,
    isAlarming: isNow,
  };
}

function totalsOf({ plan, input }: Planned): Total[] {
  const [now, end] = [plan.months[0], plan.months.at(-1)];
  if (!now || !end) return [];
  const copies = input.replicas === 0 ? 'no replicas' : `and ${plural(input.replicas, 'replica')} each`;
  return [
    {
      name: `Servers, in ${plural(input.months, 'month')}`,
      figure: [...new Set([now.servers, end.servers].map(wholeText))].join(' to '),
      note: `${limitWords[end.limit]}; ${copies}`,
    },
    splitTotal(plan),
    {
      name: 'Virtual shards',
      figure: wholeText(plan.recommendedShards),
      note: `recommended; each ${shortText(plan.shard.horizon.pins)} pins and ${bytesText(plan.shard.horizon.bytes)} at the horizon`,
      isAlarming: plan.outgrown !== null,
    },
    {
      name: 'Bytes at the horizon',
      figure: bytesText(end.storeBytes + end.pictureBytes),
      note: `${bytesText(end.storeBytes)} in the store with its copies, ${bytesText(end.pictureBytes)} of pictures`,
    },
    {
      name: 'Ids at the horizon',
      figure: percentText(plan.ids.localShare),
      note: `of those a shard can give, ${percentText(plan.ids.shardShare)} of shard numbers`,
      isAlarming: plan.ids.localShare > 0.5,
    },
  ];
}

function Outgrown({ plan: { outgrown, recommendedShards } }: Planned) {
  if (!outgrown) return null;
  return (
    <p class="alarm" role="status">
      From {dayText(outgrown.at)} on a single shard is too much for one server ({outgrown.limit}). Begin with{' '}
      {wholeText(recommendedShards)} shards.
    </p>
  );
}

function Splits({ splits, splitCount, maps }: Plan) {
  return (
    <>
      <section class="panel" aria-labelledby="plan-maps">
        <h2 id="plan-maps">The map over time</h2>
        <MapsOverTime maps={maps} />
      </section>
      {splits.length > 0 && (
        <section class="panel" aria-labelledby="plan-splits">
          <h2 id="plan-splits">{plural(splitCount, 'split')}</h2>
          <SplitsTable splits={splits} />
          {splitCount > splits.length && <p class="lead">The first {splits.length} are listed.</p>}
        </section>
      )}
    </>
  );
}

function Rates({
  rates: { at, machine, durability, writesPerSecond, readsPerSecond, bytesPerPin },
}: Planned) {
  return (
    <p class="lead">
      Rates: {wholeText(writesPerSecond)} transactions and {wholeText(readsPerSecond)} reads a second,{' '}
      {wholeText(bytesPerPin)} bytes a pin; measured {dayText(at)} on {machine}, durability “{durability}”.
      Measure this machine with <code>pinakes shards plan --measure</code>.
    </p>
  );
}

/** A plan: what matters first, then month by month, then who gives which shards to whom. */
export function PlanResults({ planned }: PlanResultsProps) {
  const { plan } = planned;
  return (
    <div class="results">
      <Totals label="The plan in short" totals={totalsOf(planned)} />
      <Outgrown {...planned} />
      <section class="panel" aria-labelledby="plan-months">
        <h2 id="plan-months">Month by month</h2>
        <ServersChart months={plan.months} />
        <MonthsTable months={plan.months} />
      </section>
      <Splits {...plan} />
      <Rates {...planned} />
    </div>
  );
}
