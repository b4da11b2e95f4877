import { useState } from 'preact/hooks';
import type { BoardView } from '#services/boards/contract';
import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { Field, TextArea } from '../../shared/ui/field.tsx';
import { plural } from '../../shared/ui/format.ts';
import { Switch } from '../../shared/ui/switch.tsx';
import { useRemoveBoard } from './api/remove-board.ts';
import { useUpdateBoard } from './api/update-board.ts';

/** One's own board. */
export interface EditBoardDialogProps {
  readonly board: BoardView;
  readonly onClose: () => void;
}

/** Changes or removes one's own board. */
export function EditBoardDialog({ board, onClose }: EditBoardDialogProps) {
  const update = useUpdateBoard(board.id);
  const remove = useRemoveBoard(board);
  const [secret, setSecret] = useState(board.secret);
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    update.mutate({ name: text('name'), description: text('description'), secret }, { onSuccess: onClose });
  };
  const question =
    board.pinCount === 0 ? 'Delete for good?' : `Delete with ${plural(board.pinCount, 'pin')}?`;
  return (
    <Dialog title="Edit the board" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field
          label="Name"
          name="name"
          defaultValue={board.name}
          maxLength={100}
          required
          error={update.isError ? messageOf(update.error) : undefined}
        />
        <TextArea label="Description" name="description" defaultValue={board.description} maxLength={500} />
        <Switch label="Secret" hint="Only you see it and what is on it." isOn={secret} onChange={setSecret} />
        <div class="dialog-acts">
          <ConfirmButton label="Delete" question={question} onConfirm={() => remove.mutate()} />
          <span class="spring" />
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={update.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
