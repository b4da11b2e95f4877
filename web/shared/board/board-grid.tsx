import type { BoardView } from '#services/boards/contract';
import { BoardTile } from './board-tile.tsx';

/** Boards. */
export interface BoardGridProps {
  readonly boards: readonly BoardView[];
  readonly label: string;
  /** All in one line that scrolls sideways. */
  readonly isRow?: boolean;
}

/** Boards side by side. */
export function BoardGrid({ boards, label, isRow = false }: BoardGridProps) {
  return (
    <ul class={isRow ? 'board-row' : 'board-grid'} aria-label={label}>
      {boards.map((board) => (
        <li key={board.id}>
          <BoardTile board={board} />
        </li>
      ))}
    </ul>
  );
}
