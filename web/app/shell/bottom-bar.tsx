import { House, Plus, Search, UserRound, Users } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { Link, useLocation } from 'wouter-preact';
import { useMe } from '../../shared/api/me.ts';
import { focusSearch } from '../../shared/nav/focus-search.ts';
import { openUpload } from '../../shared/upload/upload-request.ts';

interface BarLinkProps {
  readonly href: string;
  readonly label: string;
  readonly children: ComponentChildren;
}

function BarLink({ href, label, children }: BarLinkProps) {
  const [path] = useLocation();
  return (
    <Link href={href} class="bar-item" aria-label={label} aria-current={path === href ? 'page' : undefined}>
      {children}
    </Link>
  );
}

/** On phones: the main places, in reach of a thumb. */
export function BottomBar() {
  const me = useMe();
  return (
    <nav class="bottom-bar" aria-label="Main, at the bottom">
      <BarLink href="/" label="Home">
        <House size={24} aria-hidden="true" />
      </BarLink>
      <button type="button" class="bar-item" aria-label="Search" onClick={focusSearch}>
        <Search size={24} aria-hidden="true" />
      </button>
      {me && (
        <>
          <button type="button" class="bar-item" aria-label="Create" onClick={() => openUpload()}>
            <Plus size={26} aria-hidden="true" />
          </button>
          <BarLink href="/following" label="Following">
            <Users size={24} aria-hidden="true" />
          </BarLink>
        </>
      )}
      <BarLink href={me ? `/@${me.name}` : '/signin'} label={me ? 'Your page' : 'Sign in'}>
        <UserRound size={24} aria-hidden="true" />
      </BarLink>
    </nav>
  );
}
