import { Link } from 'wouter-preact';
import type { PersonCard } from '#services/accounts/contract';
import { Avatar } from '../../shared/ui/avatar.tsx';

/** People. */
export interface PeopleRowProps {
  readonly people: readonly PersonCard[];
}

/** People that a search found. */
export function PeopleRow({ people }: PeopleRowProps) {
  return (
    <ul class="people-row" aria-label="People found">
      {people.map((person) => (
        <li key={person.id}>
          <Link href={`/@${person.name}`}>
            <Avatar person={person} size={44} />
            <span>
              {person.displayName}
              <small>@{person.name}</small>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
