import { useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { boardQuery } from '../../shared/api/board.ts';
import { PinList } from '../../shared/masonry/pin-list.tsx';
import { MasonrySkeleton } from '../../shared/masonry/skeleton.tsx';
import type { Head, PageContext, PageProps } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { pictureUrl } from '../../shared/pin/picture-url.ts';
import { plural } from '../../shared/ui/format.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { boardPinsQuery } from './api/get-board-pins.ts';
import { BoardHead } from './board-head.tsx';
import { EmptyBoard } from './empty-board.tsx';

/** One board and what is on it. */
export function Page({ params }: PageProps) {
  const id = params['id'] ?? '';
  const api = useApi();
  const board = useQuery(boardQuery(api, id));
  const pins = useInfiniteQuery(boardPinsQuery(api, id));
  useTitle(board.data?.name ?? 'Board');
  if (!board.data) {
    if (board.isError) return <ErrorNote error={board.error} onRetry={() => void board.refetch()} />;
    return <MasonrySkeleton />;
  }
  return (
    <div class="page">
      <BoardHead board={board.data} />
      <PinList
        query={pins}
        label={`Pictures on ${board.data.name}`}
        empty={<EmptyBoard board={board.data} />}
      />
    </div>
  );
}

export async function load({ api, client, params }: PageContext): Promise<void> {
  const id = params['id'] ?? '';
  await Promise.all([
    client.fetchQuery(boardQuery(api, id)),
    client.prefetchInfiniteQuery(boardPinsQuery(api, id)),
  ]);
}

export function head({ api, client, params }: PageContext): Head {
  const board = client.getQueryData(boardQuery(api, params['id'] ?? '').queryKey);
  if (!board) return { title: 'Board', hidden: true };
  const [cover] = board.covers;
  const image = cover && {
    url: pictureUrl(cover.signature, 1200, 'jpg'),
    width: Math.min(1200, cover.width),
    height: Math.round((Math.min(1200, cover.width) * cover.height) / Math.max(1, cover.width)),
    alt: board.name,
  };
  return {
    title: board.name,
    description:
      board.description || `${plural(board.pinCount, 'picture')}, kept by ${board.owner.displayName}.`,
    hidden: board.secret,
    ...(image ? { image } : {}),
  };
}
