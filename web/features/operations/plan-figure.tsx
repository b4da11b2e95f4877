import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Source } from '#services/capacity/contract';
import { type PlanFieldSpec, readFigure, shownFigure, sourceWords } from './plan-fields.ts';

/** One figure of the form. */
export interface PlanFigureProps {
  readonly spec: PlanFieldSpec;
  readonly figure: number;
  readonly source: Source;
  /** What the address gives; may be refused. */
  readonly asked: string | undefined;
  readonly error?: string | undefined;
  readonly onGive: (name: string, value: string) => void;
}

const pauseMs = 250;

/** What one types, until one leaves the field; given on after a short rest. */
function useDraft(give: (text: string) => void) {
  const [draft, setDraft] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    draft,
    type(text: string) {
      setDraft(text);
      clearTimeout(timer.current);
      timer.current = setTimeout(give, pauseMs, text);
    },
    leave() {
      clearTimeout(timer.current);
      if (draft !== null) give(draft);
      setDraft(null);
    },
  };
}

function textOf({ spec, figure, asked }: PlanFigureProps): string {
  if (asked === undefined) return shownFigure(spec, figure);
  const number = Number(asked);
  return Number.isFinite(number) ? shownFigure(spec, number) : asked;
}

/** A figure with its unit, where it comes from, and what is wrong with it. Emptied, it is what it was before. */
export function PlanFigure(props: PlanFigureProps) {
  const { spec, source, asked, error, onGive } = props;
  const id = useId();
  const { draft, type, leave } = useDraft((text) => onGive(spec.name, readFigure(spec, text)));
  return (
    <div class={`figure-field ${asked !== undefined ? 'is-given' : ''}`}>
      <label for={id}>{spec.label}</label>
      <span class="figure-input">
        <input
          id={id}
          inputMode="decimal"
          autocomplete="off"
          value={draft ?? textOf(props)}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-note`}
          onInput={(event) => type(event.currentTarget.value)}
          onBlur={leave}
        />
        {spec.unit && (
          <span class="figure-unit" aria-hidden="true">
            {spec.unit}
          </span>
        )}
      </span>
      <small id={`${id}-note`} class={error ? 'is-alarming' : ''} role={error ? 'alert' : undefined}>
        {spec.unit && <span class="visually-hidden">{spec.unit}, </span>}
        {error ?? sourceWords[source]}
      </small>
    </div>
  );
}
