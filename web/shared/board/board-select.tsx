import { useId } from 'preact/hooks';
import { useMyBoards } from '../api/my-boards.ts';

/** One of one's boards. */
export interface BoardSelectProps {
  readonly value: string;
  readonly onChange: (boardId: string) => void;
}

/** A plain choice among one's boards. */
export function BoardSelect({ value, onChange }: BoardSelectProps) {
  const id = useId();
  const boards = useMyBoards();
  return (
    <div class="field">
      <label for={id}>Board</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {boards?.map((board) => (
          <option key={board.id} value={board.id}>
            {board.name}
            {board.secret ? ' (secret)' : ''}
          </option>
        ))}
      </select>
    </div>
  );
}
