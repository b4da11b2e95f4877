import { useInfiniteQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { useMe } from '../../shared/api/me.ts';
import { PinList } from '../../shared/masonry/pin-list.tsx';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { EmptyNote } from '../../shared/ui/note.tsx';
import { openUpload } from '../../shared/upload/upload-request.ts';
import { homeQuery } from './api/get-home.ts';

function Empty() {
  const me = useMe();
  if (!me) {
    return (
      <EmptyNote act={<ButtonLink href="/signup">Make the first account</ButtonLink>}>
        The walls are still bare. Join, and hang the first picture.
      </EmptyNote>
    );
  }
  return (
    <EmptyNote
      act={
        <Button look="primary" onClick={() => openUpload()}>
          Add pictures
        </Button>
      }
    >
      The walls are still bare. Drop pictures anywhere on this page, or paste a link.
    </EmptyNote>
  );
}

/** The home feed. */
export function Page() {
  useTitle('');
  const feed = useInfiniteQuery(homeQuery(useApi()));
  return (
    <div class="page">
      <h1 class="visually-hidden">Pictures for you</h1>
      <PinList query={feed} label="Pictures for you" empty={<Empty />} />
    </div>
  );
}

export const load = ({ api, client }: PageContext) => client.fetchInfiniteQuery(homeQuery(api));

export const head = (): Head => ({
  title: '',
  description: 'A place for pictures worth keeping: save them, arrange them on boards, find more like them.',
});
