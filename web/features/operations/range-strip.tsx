import type { ServerRange } from '#services/capacity/contract';
import { spanText } from './figures.ts';
import type { ServerHues } from './server-hues.ts';

/** A map of shards. */
export interface RangeStripProps {
  readonly ranges: readonly ServerRange[];
  readonly hues: ServerHues;
  /** What it is, for those who do not see it. */
  readonly label: string;
}

const mostSpoken = 8;
/** Share of the strip that a name needs to be read. */
const readable = 0.12;

function spoken(ranges: readonly ServerRange[]): string {
  const some = ranges.slice(0, mostSpoken).map((range) => `${range.server} has ${spanText(range)}`);
  const more = ranges.length - some.length;
  return [...some, ...(more > 0 ? [`and ${more} more ranges`] : [])].join(', ');
}

/** Which shards live on which server: a strip from the first shard to the last, each server in its colour. */
export function RangeStrip({ ranges, hues, label }: RangeStripProps) {
  const count = (ranges.at(-1)?.through ?? 0) + 1;
  return (
    <div class="strip" role="img" aria-label={`${label}: ${spoken(ranges)}`}>
      {ranges.map((range) => {
        const size = range.through - range.from + 1;
        return (
          <span
            key={range.from}
            style={{ flexGrow: size, '--hue': hues.get(range.server) ?? 0 }}
            title={`${range.server}: ${spanText(range)}`}
          >
            {size / count > readable && range.server}
          </span>
        );
      })}
    </div>
  );
}
