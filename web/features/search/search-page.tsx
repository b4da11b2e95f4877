import { useInfiniteQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import type { SearchAnswer } from '#services/search/contract';
import { useApi } from '../../shared/api/api.ts';
import { uniqueById } from '../../shared/api/pages.ts';
import { BoardGrid } from '../../shared/board/board-grid.tsx';
import { Masonry } from '../../shared/masonry/masonry.tsx';
import { MasonrySkeleton } from '../../shared/masonry/skeleton.tsx';
import { useMoreOf } from '../../shared/masonry/use-more.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { EmptyNote, ErrorNote } from '../../shared/ui/note.tsx';
import { searchQuery } from './api/get-search.ts';
import { Corrected } from './corrected.tsx';
import { GuideChips } from './guide-chips.tsx';
import { PeopleRow } from './people-row.tsx';

interface FoundProps {
  readonly words: string;
  readonly first: SearchAnswer;
}

function Beside({ words, first }: FoundProps) {
  return (
    <>
      <Corrected words={words} corrected={first.corrected} />
      <GuideChips words={first.corrected ?? words} pins={first.pins} />
      {first.people.length > 0 && <PeopleRow people={first.people} />}
      {first.boards.length > 0 && <BoardGrid boards={first.boards} label="Boards found" isRow />}
    </>
  );
}

function Nothing() {
  return (
    <EmptyNote>
      Nothing answers to that. Try fewer or other words, or drop a picture to search by it.
    </EmptyNote>
  );
}

function Results({ words }: Pick<FoundProps, 'words'>) {
  const query = useInfiniteQuery(searchQuery(useApi(), words));
  const pins = useMemo(() => uniqueById(query.data?.pages.flatMap((page) => page.pins) ?? []), [query.data]);
  const more = useMoreOf(query);
  const first = query.data?.pages[0];
  if (!first) {
    return query.isError ? (
      <ErrorNote error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <MasonrySkeleton />
    );
  }
  const isNothing = pins.length + first.boards.length + first.people.length === 0;
  return (
    <>
      <Beside words={words} first={first} />
      {isNothing ? <Nothing /> : <Masonry pins={pins} label="Pictures found" more={more} />}
    </>
  );
}

/** What words find. */
export function Page() {
  const words = new URLSearchParams(useSearch()).get('q')?.trim() ?? '';
  useTitle(words || 'Search');
  return (
    <div class="page">
      <h1 class="visually-hidden">{words ? `Search for ${words}` : 'Search'}</h1>
      {words ? (
        <Results key={words} words={words} />
      ) : (
        <EmptyNote>Search by words at the top, or drop a picture anywhere.</EmptyNote>
      )}
    </div>
  );
}

export async function load({ api, client, search }: PageContext): Promise<void> {
  const words = search.get('q')?.trim() ?? '';
  if (words) await client.fetchInfiniteQuery(searchQuery(api, words));
}

export const head = ({ search }: PageContext): Head => ({
  title: search.get('q')?.trim() || 'Search',
  hidden: true,
});
