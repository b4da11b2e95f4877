import type { BoardView } from '#services/boards/contract';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyNote } from '../../shared/ui/note.tsx';
import { openUpload } from '../../shared/upload/upload-request.ts';

/** The board. */
export interface EmptyBoardProps {
  readonly board: BoardView;
}

/** A board with nothing on it yet. */
export function EmptyBoard({ board }: EmptyBoardProps) {
  if (!board.mine) return <EmptyNote>Nothing hangs here yet.</EmptyNote>;
  const act = (
    <Button look="primary" onClick={() => openUpload({ boardId: board.id })}>
      Add pictures
    </Button>
  );
  return <EmptyNote act={act}>Nothing hangs here yet. Save a picture to it, or bring your own.</EmptyNote>;
}
