/** The ranges map as splits change it. */
import type { ServerRange } from './contract.ts';
import { mapOf, type Range, type Server } from './ranges.ts';
import type { PlannedSplit } from './splits.ts';

const mostMaps = 24;
const mostRanges = 512;

function without(ranges: readonly Range[], moved: readonly Range[]): Range[] {
  return moved.reduce<Range[]>(
    (left, cut) =>
      left.flatMap(({ from, through }) =>
        [
          { from, through: Math.min(through, cut.from - 1) },
          { from: Math.max(from, cut.through + 1), through },
        ].filter((range) => range.from <= range.through),
      ),
    [...ranges],
  );
}

/** What is left after a split's move, and what the new server has. */
function applySplit(servers: Map<string, readonly Range[]>, { server, to, moved }: PlannedSplit): void {
  servers.set(server, without(servers.get(server) ?? [], moved));
  servers.set(to, moved);
}

/** Of many, evenly chosen ones with the first and the last. */
function chosen<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]).filter(
    (item) => item !== undefined,
  );
}

/** A map with the month at whose end it holds. */
export interface MonthMap {
  readonly month: number;
  readonly ranges: ServerRange[];
}

/** The map now, and after every month with splits; not those with more ranges than can be looked at. */
export function mapsOf(start: readonly Server[], splits: readonly PlannedSplit[]): MonthMap[] {
  const servers = new Map(start.map(({ name, ranges }) => [name, ranges]));
  const now = () => mapOf([...servers].map(([name, ranges]) => ({ name, ranges })));
  const maps: MonthMap[] = [{ month: 0, ranges: now() }];
  const byMonth = Map.groupBy(splits, ({ month }) => Math.ceil(month));
  for (const [month, some] of byMonth) {
    // There are only ever more.
    if (servers.size + some.length > mostRanges) break;
    for (const split of some) applySplit(servers, split);
    maps.push({ month, ranges: now() });
  }
  return chosen(
    maps.filter(({ ranges }) => ranges.length <= mostRanges),
    mostMaps,
  );
}
