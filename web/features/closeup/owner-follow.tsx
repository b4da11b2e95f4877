import { useQuery } from '@tanstack/preact-query';
import type { PinView } from '#services/pins/contract';
import { useApi } from '../../shared/api/api.ts';
import { useMe } from '../../shared/api/me.ts';
import { personQuery } from '../../shared/api/person.ts';
import { FollowButton } from '../../shared/people/follow-button.tsx';

/** Whom to follow. */
export interface OwnerFollowProps {
  readonly pin: PinView;
}

/** Follows a pin's owner. It comes after the first paint: whether one follows already is asked then. */
export function OwnerFollow({ pin }: OwnerFollowProps) {
  const me = useMe();
  const { name, displayName } = pin.owner;
  const query = useQuery({ ...personQuery(useApi(), name), enabled: me !== null && me.id !== pin.owner.id });
  const person = query.data;
  if (!person || person.mine) return null;
  return (
    <FollowButton
      key={name}
      kind="users"
      target={name}
      name={displayName}
      isFollowed={person.followed}
      look="quiet"
    />
  );
}
