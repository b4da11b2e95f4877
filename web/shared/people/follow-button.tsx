import { useState } from 'preact/hooks';
import { messageOf } from '../api/api-error.ts';
import { type FollowTarget, useFollow } from '../api/follow.ts';
import { useMe } from '../api/me.ts';
import { goToSignIn } from '../nav/sign-in.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.ts';

/** Whom or what to follow. */
export interface FollowButtonProps {
  readonly kind: FollowTarget['kind'];
  /** A board's id, a person's name. */
  readonly target: string;
  /** For screen readers. */
  readonly name: string;
  readonly isFollowed: boolean;
  /** How it looks while one does not follow yet. */
  readonly look?: 'primary' | 'quiet';
}

/** Follows at once; goes back when it could not be. */
export function FollowButton({ kind, target, name, isFollowed, look = 'primary' }: FollowButtonProps) {
  const me = useMe();
  const follow = useFollow({ kind, key: target });
  const [shown, setShown] = useState(isFollowed);
  const press = () => {
    if (!me) return goToSignIn();
    setShown(!shown);
    follow.mutate(!shown, {
      onError: (error) => {
        setShown(shown);
        toast(messageOf(error), { tone: 'alarm' });
      },
    });
  };
  return (
    <Button look={shown ? 'quiet' : look} aria-pressed={shown} aria-label={`Follow ${name}`} onClick={press}>
      {shown ? 'Following' : 'Follow'}
    </Button>
  );
}
