import type { Live } from '#services/capacity/contract';
import { spanText } from './figures.ts';
import { Legend } from './legend.tsx';
import { RangeStrip } from './range-strip.tsx';
import { serverHues } from './server-hues.ts';

/** The live system. */
export interface ServerMapProps {
  readonly live: Live;
}

const mostSpans = 6;

function noteOf({ ranges, servers }: Live, server: string): string {
  const kind = servers.find(({ name }) => name === server)?.kind ?? '';
  const spans = ranges.filter((range) => range.server === server).map(spanText);
  if (spans.length === 0) return `${kind}, no shards`;
  return `${kind}, ${spans.slice(0, mostSpans).join(', ')}${spans.length > mostSpans ? ' and more' : ''}`;
}

/** Which shards live on which server now. */
export function ServerMap({ live }: ServerMapProps) {
  const hues = serverHues(live.servers.map(({ name }) => name));
  return (
    <section class="panel" aria-labelledby="shards-map">
      <h2 id="shards-map">Where shards live</h2>
      <RangeStrip ranges={live.ranges} hues={hues} label="Shards by server" />
      <Legend hues={hues} noteOf={(server) => noteOf(live, server)} />
    </section>
  );
}
