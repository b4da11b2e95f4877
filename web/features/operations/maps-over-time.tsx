import type { Plan } from '#services/capacity/contract';
import { plural } from '../../shared/ui/format.ts';
import { dayText } from './figures.ts';
import { Legend } from './legend.tsx';
import { RangeStrip } from './range-strip.tsx';
import { serverHues } from './server-hues.ts';

/** The plan's maps. */
export interface MapsOverTimeProps {
  readonly maps: Plan['maps'];
}

/** How the map of shards changes: a strip for each month in which servers are split. */
export function MapsOverTime({ maps }: MapsOverTimeProps) {
  const hues = serverHues(maps.flatMap(({ ranges }) => ranges.map(({ server }) => server)));
  return (
    <>
      <ol class="maps">
        {maps.map(({ month, at, ranges }) => {
          const servers = plural(new Set(ranges.map(({ server }) => server)).size, 'server');
          return (
            <li key={month}>
              <span>
                {month === 0 ? 'now' : dayText(at).slice(0, 7)}
                <small>{servers}</small>
              </span>
              <RangeStrip ranges={ranges} hues={hues} label={`${dayText(at)}, ${servers}`} />
            </li>
          );
        })}
      </ol>
      <Legend hues={hues} />
    </>
  );
}
