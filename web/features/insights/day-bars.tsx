import type { PinInsights } from '#services/analytics/contract';
import { type Kind, shares } from './kinds.ts';

/** How often one kind of thing happened each day. */
export interface DayBarsProps {
  readonly days: PinInsights['days'];
  readonly kind: Kind;
  readonly name: string;
}

/** A bar a day, and the same as a table for those who do not see it. */
export function DayBars({ days, kind, name }: DayBarsProps) {
  const amounts = days.map((day) => day[kind]);
  const heights = shares(amounts);
  return (
    <figure class="day-bars">
      <div class="day-plot" aria-hidden="true">
        {days.map(({ day }, i) => (
          <div
            key={day}
            class="day-bar"
            style={`--share:${heights[i] ?? 0}`}
            title={`${day}: ${amounts[i]}`}
          />
        ))}
      </div>
      <div class="day-ends" aria-hidden="true">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </div>
      <div class="visually-hidden">
        <table>
          <caption>{name} by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">{name}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day }, i) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{amounts[i]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
