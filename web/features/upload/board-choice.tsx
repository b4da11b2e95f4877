import { useState } from 'preact/hooks';
import { useMyBoards } from '../../shared/api/my-boards.ts';
import { BoardForm } from '../../shared/board/board-form.tsx';
import { BoardSelect } from '../../shared/board/board-select.tsx';
import { Button } from '../../shared/ui/button.tsx';

/** The board that pictures go to. */
export interface BoardChoiceProps {
  readonly boardId: string | undefined;
  readonly onBoard: (id: string) => void;
}

/** A board to save to: one of one's own, or a new one. */
export function BoardChoice({ boardId, onBoard }: BoardChoiceProps) {
  const [isMaking, setMaking] = useState(false);
  const boards = useMyBoards();
  if (isMaking || boards?.length === 0) {
    return (
      <BoardForm
        onMade={(board) => {
          onBoard(board.id);
          setMaking(false);
        }}
      />
    );
  }
  return (
    <div class="board-choice">
      <BoardSelect value={boardId ?? ''} onChange={onBoard} />
      <Button look="bare" onClick={() => setMaking(true)}>
        New board
      </Button>
    </div>
  );
}
