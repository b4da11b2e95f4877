import { Lock } from 'lucide-preact';
import type { BoardView } from '#services/boards/contract';
import { backdropOf } from '../pin/picture.tsx';
import { pictureUrl } from '../pin/picture-url.ts';

/** One board of a choice. */
export interface BoardOptionProps {
  readonly board: BoardView;
  readonly onChoose: (board: BoardView) => void;
}

/** One board of a choice. */
export function BoardOption({ board, onChoose }: BoardOptionProps) {
  const cover = board.covers[0];
  return (
    <li>
      <button type="button" class="board-option" onClick={() => onChoose(board)}>
        {cover ? (
          <img src={pictureUrl(cover.signature, 236)} alt="" style={backdropOf(cover)} loading="lazy" />
        ) : (
          <span class="board-option-new" />
        )}
        <span class="board-option-name">{board.name}</span>
        {board.secret && <Lock size={16} aria-label="secret" role="img" />}
      </button>
    </li>
  );
}
