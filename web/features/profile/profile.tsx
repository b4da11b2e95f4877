import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import type { PersonView } from '#services/accounts/contract';
import { useApi } from '../../shared/api/api.ts';
import { personQuery } from '../../shared/api/person.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { FollowButton } from '../../shared/people/follow-button.tsx';
import { Avatar } from '../../shared/ui/avatar.tsx';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { plural } from '../../shared/ui/format.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { Tabs } from '../../shared/ui/tabs.tsx';

/** A person's page around one of its lists. */
export interface ProfileProps {
  readonly name: string;
  readonly tab: 'boards' | 'pins';
  /** The list, given the person. */
  readonly children: (person: PersonView) => ComponentChildren;
}

interface WhoProps {
  readonly person: PersonView;
}

function Who({ person }: WhoProps) {
  const { counts } = person;
  return (
    <header class="profile-head">
      <Avatar person={person} size={104} />
      <h1>{person.displayName}</h1>
      <p class="profile-facts">
        <span>@{person.name}</span>
        <span>{plural(counts.followers, 'follower')}</span>
        <span>follows {counts.following.toLocaleString('en')}</span>
      </p>
      {person.about && <p class="profile-about">{person.about}</p>}
      {person.mine ? (
        <ButtonLink href="/settings" look="quiet">
          Edit profile
        </ButtonLink>
      ) : (
        <FollowButton
          kind="users"
          target={person.name}
          name={person.displayName}
          isFollowed={person.followed}
        />
      )}
    </header>
  );
}

/** A person, and what they keep. */
export function Profile({ name, tab, children }: ProfileProps) {
  const query = useQuery(personQuery(useApi(), name));
  const person = query.data;
  useTitle(person?.displayName ?? name);
  if (query.isError && !person) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (!person) return <div class="profile-head" aria-busy="true" />;
  const tabs = [
    {
      href: `/@${name}`,
      label: `Boards ${person.counts.boards.toLocaleString('en')}`,
      isHere: tab === 'boards',
    },
    {
      href: `/@${name}/pins`,
      label: `Pins ${person.counts.pins.toLocaleString('en')}`,
      isHere: tab === 'pins',
    },
  ];
  return (
    <div class="page">
      <Who person={person} />
      <Tabs label={`What ${person.displayName} keeps`} tabs={tabs} />
      {children(person)}
    </div>
  );
}
