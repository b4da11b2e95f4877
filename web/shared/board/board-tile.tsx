import { Lock } from 'lucide-preact';
import { Link } from 'wouter-preact';
import type { BoardView } from '#services/boards/contract';
import type { PictureView } from '#services/media/contract';
import { Picture } from '../pin/picture.tsx';
import { plural } from '../ui/format.ts';

/** The board. */
export interface BoardTileProps {
  readonly board: BoardView;
}

interface CollageProps {
  readonly covers: readonly PictureView[];
}

/** One large and two small pictures; empty places stay quiet. */
function Collage({ covers }: CollageProps) {
  return (
    <span class="collage">
      {[0, 1, 2].map((place) => {
        const cover = covers[place];
        return (
          <span key={place} class="collage-part">
            {cover && <Picture picture={cover} alt="" sizes={place === 0 ? '240px' : '120px'} most={474} />}
          </span>
        );
      })}
    </span>
  );
}

/** A board as a collage of its newest pictures, with its name and how many they are. */
export function BoardTile({ board }: BoardTileProps) {
  return (
    <Link class="board-tile" href={`/board/${board.id}`}>
      <Collage covers={board.covers} />
      <span class="board-tile-name">
        {board.name}
        {board.secret && <Lock size={16} role="img" aria-label="secret" class="inline-icon" />}
      </span>
      <small>{plural(board.pinCount, 'pin')}</small>
    </Link>
  );
}
