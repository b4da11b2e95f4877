import { useInfiniteQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { PinList } from '../../shared/masonry/pin-list.tsx';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { EmptyNote } from '../../shared/ui/note.tsx';
import { followingQuery } from './api/get-following.ts';

function Empty() {
  return (
    <EmptyNote act={<ButtonLink href="/">Find someone to follow</ButtonLink>}>
      New pictures of the people and boards you follow gather here.
    </EmptyNote>
  );
}

/** New pins of whom one follows. */
export function Page() {
  useTitle('Following');
  const feed = useInfiniteQuery(followingQuery(useApi()));
  return (
    <div class="page">
      <h1 class="visually-hidden">New from whom you follow</h1>
      <PinList query={feed} label="New from whom you follow" empty={<Empty />} />
    </div>
  );
}

export const load = ({ api, client }: PageContext) => client.fetchInfiniteQuery(followingQuery(api));

export const head = (): Head => ({ title: 'Following', hidden: true });
