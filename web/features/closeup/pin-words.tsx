import { ExternalLink, Lock } from 'lucide-preact';
import { Link } from 'wouter-preact';
import type { PinView } from '#services/pins/contract';
import { Avatar } from '../../shared/ui/avatar.tsx';
import { daysAgo, hostOf, plural } from '../../shared/ui/format.ts';
import { Credit } from './credit.tsx';
import { OwnerFollow } from './owner-follow.tsx';

/** The pin. */
export interface PinWordsProps {
  readonly pin: PinView;
}

function Tags({ pin }: PinWordsProps) {
  if (pin.tags.length === 0) return null;
  return (
    <ul class="tags" aria-label="Tags">
      {pin.tags.map((tag) => (
        <li key={tag}>
          <Link href={`/search?q=${encodeURIComponent(tag)}`}>{tag}</Link>
        </li>
      ))}
    </ul>
  );
}

function Whereabouts({ pin }: PinWordsProps) {
  return (
    <div class="whereabouts">
      <Avatar person={pin.owner} size={44} />
      <p>
        <Link data-way="owner" href={`/@${pin.owner.name}`}>
          {pin.owner.displayName}
        </Link>{' '}
        keeps it on{' '}
        <Link data-way="board" href={`/board/${pin.board.id}`}>
          {pin.board.name}
        </Link>
        {pin.board.secret && <Lock size={15} role="img" aria-label="secret" class="inline-icon" />}
        <small>
          {daysAgo(pin.createdAt, Date.now())}
          {pin.saves > 0 && ` · saved ${plural(pin.saves, 'time')}`}
        </small>
      </p>
      <span class="spring" />
      <OwnerFollow pin={pin} />
    </div>
  );
}

/** Everything that is said about a pin. */
export function PinWords({ pin }: PinWordsProps) {
  return (
    <>
      {pin.link && (
        <a
          class="pin-link"
          data-way="source"
          href={pin.link}
          target="_blank"
          rel="noopener noreferrer nofollow ugc"
        >
          {hostOf(pin.link)} <ExternalLink size={16} aria-label="(opens a new tab)" role="img" />
        </a>
      )}
      {pin.title && <h1 class="pin-title">{pin.title}</h1>}
      {pin.description && <p class="pin-description">{pin.description}</p>}
      <Tags pin={pin} />
      <Whereabouts pin={pin} />
      <Credit credit={pin.credit} />
    </>
  );
}
