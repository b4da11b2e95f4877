import { Plus } from 'lucide-preact';
import { Link, useLocation } from 'wouter-preact';
import { SearchField } from '../../features/search/search-field.tsx';
import { useMe } from '../../shared/api/me.ts';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { openUpload } from '../../shared/upload/upload-request.ts';
import { AccountMenu } from './account-menu.tsx';

/** The bar at the top. */
export interface HeaderProps {
  /** Shows the name of the site only. */
  readonly isBare: boolean;
}

interface NavLinkProps {
  readonly href: string;
  readonly label: string;
}

function NavLink({ href, label }: NavLinkProps) {
  const [path] = useLocation();
  return (
    <Link href={href} class="nav-link" aria-current={path === href ? 'page' : undefined}>
      {label}
    </Link>
  );
}

function Account() {
  const me = useMe();
  if (me) return <AccountMenu me={me} />;
  return (
    <>
      <span class="wide-only">
        <ButtonLink href="/signin" look="bare">
          Sign in
        </ButtonLink>
      </span>
      <ButtonLink href="/signup">Join</ButtonLink>
    </>
  );
}

/** The bar at the top: where one is, the search, what one can make, who one is. */
export function Header({ isBare }: HeaderProps) {
  const me = useMe();
  return (
    <header class="header">
      <Link href="/" class="wordmark" aria-label="Pinakes, home">
        Pinakes
      </Link>
      {!isBare && (
        <>
          {me && (
            <nav class="header-nav wide-only" aria-label="Main">
              <NavLink href="/" label="Home" />
              <NavLink href="/following" label="Following" />
            </nav>
          )}
          <SearchField />
          {me && (
            <button type="button" class="button button-bare wide-only" onClick={() => openUpload()}>
              <Plus size={20} aria-hidden="true" />
              Create
            </button>
          )}
          <Account />
        </>
      )}
    </header>
  );
}
