import { useInfiniteQuery } from '@tanstack/preact-query';
import type { PersonView } from '#services/accounts/contract';
import { useApi } from '../../shared/api/api.ts';
import { uniqueById } from '../../shared/api/pages.ts';
import { personQuery } from '../../shared/api/person.ts';
import { BoardGrid } from '../../shared/board/board-grid.tsx';
import type { PageContext, PageProps } from '../../shared/nav/page.ts';
import { MoreButton } from '../../shared/ui/more-button.tsx';
import { EmptyNote, ErrorNote } from '../../shared/ui/note.tsx';
import { personBoardsQuery } from './api/get-person-boards.ts';
import { NewBoardButton } from './new-board-button.tsx';
import { Profile } from './profile.tsx';

interface BoardsProps {
  readonly person: PersonView;
}

function Boards({ person }: BoardsProps) {
  const query = useInfiniteQuery(personBoardsQuery(useApi(), person.name));
  const boards = uniqueById(query.data?.pages.flatMap(({ items }) => items) ?? []);
  if (query.isError) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (boards.length === 0 && query.data) {
    return (
      <EmptyNote act={person.mine ? <NewBoardButton look="primary" /> : null}>
        {person.mine
          ? 'A board gathers pictures that belong together. Make the first.'
          : 'No boards to show yet.'}
      </EmptyNote>
    );
  }
  return (
    <>
      {person.mine && (
        <div class="profile-acts">
          <NewBoardButton look="quiet" />
        </div>
      )}
      <BoardGrid boards={boards} label={`Boards of ${person.displayName}`} />
      <MoreButton query={query} />
    </>
  );
}

/** A person's boards. */
export function Page({ params }: PageProps) {
  return (
    <Profile name={params['name'] ?? ''} tab="boards">
      {(person) => <Boards person={person} />}
    </Profile>
  );
}

export async function load({ api, client, params }: PageContext): Promise<void> {
  const name = params['name'] ?? '';
  await Promise.all([
    client.fetchQuery(personQuery(api, name)),
    client.prefetchInfiniteQuery(personBoardsQuery(api, name)),
  ]);
}

export { head } from './profile-head.ts';
