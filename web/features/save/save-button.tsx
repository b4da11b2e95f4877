import { Button } from '../../shared/ui/button.tsx';
import type { SaveTarget } from './use-save-target.ts';

/** What it saves. */
export interface SaveButtonProps {
  readonly target: SaveTarget;
}

/** Saves in one press. */
export function SaveButton({ target }: SaveButtonProps) {
  if (target.isSaved) {
    return (
      <Button class="is-saved" onClick={() => target.choose(null)}>
        Saved
      </Button>
    );
  }
  return (
    <Button look="primary" onClick={target.save}>
      Save
    </Button>
  );
}
