import type { Planned } from '#services/capacity/contract';
import { ApiError, messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import type { Given } from './api/get-plan.ts';
import { planGroups, refusalText } from './plan-fields.ts';
import { PlanFigure } from './plan-figure.tsx';

/** What the plan is made from. */
export interface PlanFormProps {
  /** The last plan that could be made. */
  readonly planned: Planned;
  readonly error: unknown;
  readonly given: Given;
  readonly onGive: (name: string, value: string) => void;
  readonly onClear: () => void;
}

/** Every figure with where it comes from; what one types is planned with at once. */
export function PlanForm({ planned, error, given, onGive, onClear }: PlanFormProps) {
  const faulty = error instanceof ApiError ? error.field : undefined;
  const isElsewhere =
    Boolean(error) && !planGroups.some((group) => group.fields.some(({ name }) => name === faulty));
  return (
    <form
      class="plan-form panel"
      aria-label="What the plan is made from"
      onSubmit={(event) => event.preventDefault()}
    >
      {planGroups.map(({ label, fields }) => (
        <fieldset key={label}>
          <legend>{label}</legend>
          {fields.map((spec) => (
            <PlanFigure
              key={spec.name}
              spec={spec}
              figure={planned.input[spec.name]}
              source={planned.sources[spec.name]}
              asked={given[spec.name]}
              error={
                faulty === spec.name && error instanceof Error ? refusalText(spec, error.message) : undefined
              }
              onGive={onGive}
            />
          ))}
        </fieldset>
      ))}
      {isElsewhere && (
        <p class="alarm" role="alert">
          {messageOf(error)}
        </p>
      )}
      {Object.keys(given).length > 0 && (
        <Button class="plan-clear" onClick={onClear}>
          Take everything back
        </Button>
      )}
    </form>
  );
}
