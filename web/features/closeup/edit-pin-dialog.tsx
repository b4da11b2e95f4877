import { useState } from 'preact/hooks';
import type { PinPatch, PinView } from '#services/pins/contract';
import { messageOf } from '../../shared/api/api-error.ts';
import { BoardSelect } from '../../shared/board/board-select.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { Field, TextArea } from '../../shared/ui/field.tsx';
import { useRemovePin } from './api/remove-pin.ts';
import { useUpdatePin } from './api/update-pin.ts';
import { patchOf } from './pin-patch.ts';

/** One's own pin. */
export interface EditPinDialogProps {
  readonly pin: PinView;
  readonly onClose: () => void;
}

interface WordsProps {
  readonly pin: PinView;
}

function Words({ pin }: WordsProps) {
  return (
    <>
      <Field label="Title" name="title" defaultValue={pin.title} maxLength={200} />
      <TextArea label="Description" name="description" defaultValue={pin.description} maxLength={5000} />
      <Field
        label="Link"
        name="link"
        type="url"
        defaultValue={pin.link ?? ''}
        placeholder="https://"
        maxLength={2000}
      />
      <Field label="Tags" name="tags" defaultValue={pin.tags.join(', ')} hint="Separated by commas" />
      <Field
        label="What the picture shows"
        name="altText"
        defaultValue={pin.altText}
        maxLength={1000}
        hint="Read aloud to those who cannot see it"
      />
    </>
  );
}

/** Changes, moves or removes one's own pin. */
export function EditPinDialog({ pin, onClose }: EditPinDialogProps) {
  const update = useUpdatePin(pin.id);
  const remove = useRemovePin(pin);
  const [boardId, setBoardId] = useState<string>(pin.board.id);
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const patch: PinPatch = patchOf(pin, new FormData(event.currentTarget), boardId);
    update.mutate(patch, { onSuccess: onClose });
  };
  return (
    <Dialog title="Edit the pin" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <BoardSelect value={boardId} onChange={setBoardId} />
        <Words pin={pin} />
        {update.isError && (
          <p class="field-error" role="alert">
            {messageOf(update.error)}
          </p>
        )}
        <div class="dialog-acts">
          <ConfirmButton label="Delete" question="Delete for good?" onConfirm={() => remove.mutate()} />
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
