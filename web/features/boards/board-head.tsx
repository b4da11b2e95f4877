import { ChartNoAxesColumn, Lock, Pencil, Plus } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { BoardView } from '#services/boards/contract';
import { go } from '../../shared/nav/location.ts';
import { FollowButton } from '../../shared/people/follow-button.tsx';
import { plural } from '../../shared/ui/format.ts';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { openUpload } from '../../shared/upload/upload-request.ts';
import { EditBoardDialog } from './edit-board-dialog.tsx';

/** The board. */
export interface BoardHeadProps {
  readonly board: BoardView;
}

function Acts({ board }: BoardHeadProps) {
  const [isEditing, setEditing] = useState(false);
  if (!board.mine)
    return <FollowButton kind="boards" target={board.id} name={board.name} isFollowed={board.followed} />;
  return (
    <div class="board-acts">
      <IconButton label="Add pictures" onClick={() => openUpload({ boardId: board.id })}>
        <Plus size={22} aria-hidden="true" />
      </IconButton>
      <IconButton label="Edit the board" onClick={() => setEditing(true)}>
        <Pencil size={20} aria-hidden="true" />
      </IconButton>
      <IconButton label="Insights" onClick={() => void go(`/insights/board/${board.id}`)}>
        <ChartNoAxesColumn size={20} aria-hidden="true" />
      </IconButton>
      {isEditing && <EditBoardDialog board={board} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** A board's name, whose it is, and what can be done with it. */
export function BoardHead({ board }: BoardHeadProps) {
  return (
    <header class="board-head">
      <h1>{board.name}</h1>
      {board.description && <p class="board-about">{board.description}</p>}
      <p class="board-facts">
        {board.secret && (
          <span>
            <Lock size={15} aria-hidden="true" /> Secret: only you see it
          </span>
        )}
        <span>{plural(board.pinCount, 'pin')}</span>
        {board.followers > 0 && <span>{plural(board.followers, 'follower')}</span>}
        <span>
          by <Link href={`/@${board.owner.name}`}>{board.owner.displayName}</Link>
        </span>
      </p>
      <Acts board={board} />
    </header>
  );
}
