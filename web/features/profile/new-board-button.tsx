import { Plus } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { BoardForm } from '../../shared/board/board-form.tsx';
import { go } from '../../shared/nav/location.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';

/** The button. */
export interface NewBoardButtonProps {
  readonly look: 'primary' | 'quiet';
}

/** Makes a board and goes there. */
export function NewBoardButton({ look }: NewBoardButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look={look} onClick={() => setOpen(true)}>
        <Plus size={20} aria-hidden="true" />
        Create a board
      </Button>
      {isOpen && (
        <Dialog title="A new board" onClose={() => setOpen(false)}>
          <BoardForm onMade={(board) => void go(`/board/${board.id}`)} />
        </Dialog>
      )}
    </>
  );
}
