import { useState } from 'preact/hooks';
import type { BoardView } from '#services/boards/contract';
import { messageOf } from '../api/api-error.ts';
import { useCreateBoard } from '../api/create-board.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Switch } from '../ui/switch.tsx';

/** The making of a board. */
export interface BoardFormProps {
  /** What it begins with. */
  readonly name?: string;
  readonly onMade: (board: BoardView) => void;
}

/** Makes a board: a name is enough. */
export function BoardForm({ name: first = '', onMade }: BoardFormProps) {
  const [name, setName] = useState(first.trim());
  const [secret, setSecret] = useState(false);
  const create = useCreateBoard();
  const submit = (event: Event) => {
    event.preventDefault();
    if (name.trim() && !create.isPending) create.mutate({ name: name.trim(), secret }, { onSuccess: onMade });
  };
  return (
    <form class="board-form" onSubmit={submit}>
      <Field
        label="Name of the board"
        value={name}
        maxLength={100}
        autoFocus
        required
        placeholder="Places to go, say"
        error={create.isError ? messageOf(create.error) : undefined}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <Switch label="Secret" hint="Only you see it and what is on it." isOn={secret} onChange={setSecret} />
      <div class="dialog-acts">
        <Button look="primary" type="submit" isBusy={create.isPending}>
          Create
        </Button>
      </div>
    </form>
  );
}
