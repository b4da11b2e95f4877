import { useInfiniteQuery } from '@tanstack/preact-query';
import type { PersonView } from '#services/accounts/contract';
import { useApi } from '../../shared/api/api.ts';
import { personQuery } from '../../shared/api/person.ts';
import { PinList } from '../../shared/masonry/pin-list.tsx';
import type { PageContext, PageProps } from '../../shared/nav/page.ts';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyNote } from '../../shared/ui/note.tsx';
import { openUpload } from '../../shared/upload/upload-request.ts';
import { personPinsQuery } from './api/get-person-pins.ts';
import { Profile } from './profile.tsx';

interface PinsProps {
  readonly person: PersonView;
}

function Pins({ person }: PinsProps) {
  const query = useInfiniteQuery(personPinsQuery(useApi(), person.name));
  const act = person.mine ? (
    <Button look="primary" onClick={() => openUpload()}>
      Add pictures
    </Button>
  ) : null;
  const empty = (
    <EmptyNote act={act}>
      {person.mine ? 'What you save gathers here.' : 'No pictures to show yet.'}
    </EmptyNote>
  );
  return <PinList query={query} label={`Pictures of ${person.displayName}`} empty={empty} eager={4} />;
}

/** A person's pins. */
export function Page({ params }: PageProps) {
  return (
    <Profile name={params['name'] ?? ''} tab="pins">
      {(person) => <Pins person={person} />}
    </Profile>
  );
}

export async function load({ api, client, params }: PageContext): Promise<void> {
  const name = params['name'] ?? '';
  await Promise.all([
    client.fetchQuery(personQuery(api, name)),
    client.prefetchInfiniteQuery(personPinsQuery(api, name)),
  ]);
}

export { head } from './profile-head.ts';
