import type { ComponentChildren } from 'preact';

/** A figure with its name. */
export interface Total {
  readonly name: string;
  readonly figure: string;
  readonly note?: ComponentChildren;
  /** Needs attention. */
  readonly isAlarming?: boolean | undefined;
}

/** The few figures that matter most. */
export interface TotalsProps {
  readonly label: string;
  readonly totals: readonly Total[];
}

/** The few figures that matter most, large. */
export function Totals({ label, totals }: TotalsProps) {
  return (
    <section aria-label={label}>
      <dl class="totals">
        {totals.map(({ name, figure, note, isAlarming }) => (
          <div key={name} class={isAlarming ? 'total is-alarming' : 'total'}>
            <dt>{name}</dt>
            <dd>
              <strong>{figure}</strong>
              {note && <small>{note}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
