/** A plan in words. */
import type { Live, Plan, Planned, Rates, Skew } from '#services/capacity/contract';
import { tableOf } from '../table.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

const whole = (value: number) => Math.round(value).toLocaleString('en');
const percent = (share: number) => `${(share * 100).toPrecision(2)} %`;
const day = (at: number) => new Date(at).toISOString().slice(0, 10);

function bytes(value: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** power;
  return `${scaled.toFixed(scaled < 10 && power > 0 ? 1 : 0)} ${units[power]}`;
}

const span = ({ from, through }: { from: number; through: number }) =>
  from === through ? `${from}` : `${from}–${through}`;

function skewText(what: string, { total, maxOverMean, gini, top }: Skew): string {
  if (total === 0) return `no ${what}`;
  return `${whole(total)} ${what} (fullest shard ${top[0]}: ${maxOverMean.toFixed(1)} × the mean; Gini ${gini.toFixed(2)})`;
}

function liveText({ count, ranges, skew }: Live): string[] {
  return [
    `Live       ${count} shards: ${ranges.map((range) => `${span(range)} on ${range.server}`).join(', ')}`,
    `           ${skewText('people', skew.people)}`,
    `           ${skewText('pins', skew.pins)}`,
    `           ${bytes(skew.bytes.total)} of store`,
  ];
}

function inputText({ input, sources }: Planned): string[] {
  const figures = Object.entries(input).map(
    ([name, value]) => [name, value.toLocaleString('en'), sources[name as keyof typeof sources]] as const,
  );
  return ['From', ...tableOf(['figure', 'value', 'source'], figures).map((line) => `  ${line}`)];
}

function ratesText({ writesPerSecond, readsPerSecond, bytesPerPin, machine, at }: Rates): string {
  const figures = `${whole(writesPerSecond)} transactions/s, ${whole(readsPerSecond)} reads/s, ${whole(bytesPerPin)} bytes a pin`;
  return `Measured   ${figures} (${day(at)}, ${machine})`;
}

function monthsText({ months }: Plan): string[] {
  const head = [
    'month',
    'date',
    'people',
    'pins',
    'store',
    'pictures',
    'servers',
    'needed',
    'binds',
    'fullest',
  ];
  const rows = months.map((month) => [
    `${month.month}`,
    day(month.at),
    whole(month.people),
    whole(month.pins),
    bytes(month.storeBytes),
    bytes(month.pictureBytes),
    whole(month.servers),
    whole(month.needed),
    month.limit,
    percent(month.fullest),
  ]);
  return tableOf(head, rows);
}

function splitsText({ splits, splitCount }: Plan): string[] {
  if (splitCount === 0) return ['No server needs to be split.'];
  const shown = splits.slice(0, 50);
  const rows = shown.map(({ at, server, to, moved, limit }) => [
    day(at),
    server,
    `${to}: ${moved.map(span).join(', ')}`,
    limit,
  ]);
  const more = splitCount > shown.length ? [`… ${whole(splitCount - shown.length)} more`] : [];
  return [...tableOf(['split by', 'server', 'gives shards to', 'full'], rows), ...more];
}

function endText({ ids, outgrown }: Plan): string[] {
  const until = ids.exhausted === null ? '' : `, all in ${whole(ids.exhausted)} months`;
  return [
    ...(outgrown
      ? [
          `A single shard is too much for a server (${outgrown.limit}) on ${day(outgrown.at)}: take more shards.`,
        ]
      : []),
    `Ids        ${percent(ids.shardShare)} of shard numbers, ${percent(ids.localShare)} of local ids at the horizon${until}`,
  ];
}

/** A plan in words, for a terminal of 100 columns. Replicas are not counted among servers; `store` holds all copies. */
export function planText(live: Live, planned: Planned): string {
  const { plan, input, rates } = planned;
  return [
    ...liveText(live),
    ratesText(rates),
    `Shards     ${whole(input.shards)} planned, ${whole(plan.recommendedShards)} recommended; each ${whole(plan.shard.now.pins)} pins and ${bytes(plan.shard.now.bytes)} now, ${whole(plan.shard.horizon.pins)} and ${bytes(plan.shard.horizon.bytes)} in ${input.months} months`,
    ...endText(plan),
    '',
    ...inputText(planned),
    '',
    ...monthsText(plan),
    '',
    ...splitsText(plan),
  ].join('\n');
}
