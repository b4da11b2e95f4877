import { ChartColumn, ChartNoAxesColumn, LogOut, Settings, UserRound } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { Me } from '#services/accounts/contract';
import { useSignOut } from '../../shared/api/sign-out.ts';
import { Avatar } from '../../shared/ui/avatar.tsx';

/** Whose menu it is. */
export interface AccountMenuProps {
  readonly me: Me;
}

/** One's own page, settings, and the way out. */
export function AccountMenu({ me }: AccountMenuProps) {
  const element = useRef<HTMLDetailsElement>(null);
  const signOut = useSignOut();
  const close = () => element.current?.removeAttribute('open');
  const leave = (event: FocusEvent) => {
    if (event.relatedTarget instanceof Node && !element.current?.contains(event.relatedTarget)) close();
  };
  return (
    <details
      class="menu"
      ref={element}
      onFocusOut={leave}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <summary class="icon-button" aria-label={`Your account, ${me.displayName}`}>
        <Avatar person={me} size={36} />
      </summary>
      <div class="menu-items">
        <Link href={`/@${me.name}`} onClick={close}>
          <UserRound size={18} aria-hidden="true" /> {me.displayName}
        </Link>
        <Link href="/insights" onClick={close}>
          <ChartNoAxesColumn size={18} aria-hidden="true" /> Insights
        </Link>
        <Link href="/settings" onClick={close}>
          <Settings size={18} aria-hidden="true" /> Settings
        </Link>
        {me.role === 'owner' && (
          <Link href="/operations" onClick={close}>
            <ChartColumn size={18} aria-hidden="true" /> Operations
          </Link>
        )}
        <button type="button" onClick={() => signOut.mutate()}>
          <LogOut size={18} aria-hidden="true" /> Sign out
        </button>
      </div>
    </details>
  );
}
