import { useQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { myBoardsQuery } from '../../shared/api/my-boards.ts';
import { personQuery } from '../../shared/api/person.ts';
import { pinQuery } from '../../shared/api/pin.ts';
import type { Head, PageContext, PageProps } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { pictureUrl } from '../../shared/pin/picture-url.ts';
import { pinName } from '../../shared/pin/pin-name.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { relatedQuery } from './api/get-related.ts';
import { Closeup } from './closeup.tsx';
import { Related } from './related.tsx';

/** One pin large, and what is like it. */
export function Page({ params }: PageProps) {
  const id = params['id'] ?? '';
  const query = useQuery(pinQuery(useApi(), id));
  const pin = query.data;
  useTitle(pin ? pinName(pin) : 'Picture');
  if (query.isError && !pin) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div class="page closeup-page">
      {pin ? <Closeup pin={pin} /> : <div class="closeup skeleton" aria-busy="true" />}
      <Related id={id} />
    </div>
  );
}

/** The pin must be there; what is related may come later. */
export async function load({ api, client, params, me }: PageContext): Promise<void> {
  const id = params['id'] ?? '';
  const related = client.prefetchInfiniteQuery(relatedQuery(api, id));
  const boards = me ? client.prefetchQuery(myBoardsQuery(api)) : undefined;
  const pin = await client.fetchQuery(pinQuery(api, id));
  const owner = me && !pin.mine ? client.prefetchQuery(personQuery(api, pin.owner.name)) : undefined;
  await Promise.all([related, boards, owner]);
}

const previewWidth = 1200;

export function head({ api, client, params }: PageContext): Head {
  const pin = client.getQueryData(pinQuery(api, params['id'] ?? '').queryKey);
  if (!pin) return { title: 'Picture', hidden: true };
  const { picture } = pin;
  const width = Math.min(previewWidth, picture.width);
  return {
    title: pinName(pin),
    description:
      pin.description.slice(0, 300) || `On the board ${pin.board.name}, by ${pin.owner.displayName}.`,
    image: {
      url: pictureUrl(picture.signature, previewWidth, 'jpg'),
      width,
      height: Math.round((width * picture.height) / Math.max(1, picture.width)),
      alt: pinName(pin),
    },
    hidden: pin.board.secret,
  };
}
