import { Plus } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { BoardView } from '#services/boards/contract';
import { useMyBoards } from '../api/my-boards.ts';
import { BoardForm } from './board-form.tsx';
import { BoardOption } from './board-option.tsx';
import { boardsMatching } from './boards-matching.ts';

/** A choice among one's boards. */
export interface BoardPickerProps {
  readonly onChoose: (board: BoardView) => void;
}

/** One's boards, last used first, with a search among them and the making of a new one. */
export function BoardPicker({ onChoose }: BoardPickerProps) {
  const boards = useMyBoards();
  const [words, setWords] = useState('');
  const [isMaking, setMaking] = useState(false);
  const found = boardsMatching(boards ?? [], words);
  if (isMaking || boards?.length === 0) return <BoardForm name={words} onMade={onChoose} />;
  return (
    <div class="board-picker">
      <input
        class="text-input"
        type="search"
        placeholder="Find a board"
        aria-label="Find a board"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && found[0] && onChoose(found[0])}
      />
      <ul>
        {found.map((board) => (
          <BoardOption key={board.id} board={board} onChoose={onChoose} />
        ))}
      </ul>
      <button type="button" class="board-option" onClick={() => setMaking(true)}>
        <span class="board-option-new">
          <Plus size={20} aria-hidden="true" />
        </span>
        {words.trim() ? `Create “${words.trim()}”` : 'Create a board'}
      </button>
    </div>
  );
}
