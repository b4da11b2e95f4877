import { useMe } from '../../shared/api/me.ts';
import { useSignOut } from '../../shared/api/sign-out.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { devicesQuery } from './api/get-devices.ts';
import { exportQuery } from './api/get-export.ts';
import { Devices } from './devices.tsx';
import { ExportSection } from './export-section.tsx';
import { PasswordForm } from './password-form.tsx';
import { ProfileForm } from './profile-form.tsx';
import { ThemeChoice } from './theme-choice.tsx';

/** Everything about oneself that can be changed. */
export function Page() {
  const me = useMe();
  const signOut = useSignOut();
  useTitle('Settings');
  if (!me) return null;
  return (
    <div class="page narrow settings">
      <h1>Settings</h1>
      <ProfileForm me={me} />
      <ThemeChoice />
      <PasswordForm key={String(me.hasPassword)} hasPassword={me.hasPassword} />
      <Devices />
      <ExportSection />
      {me.role === 'owner' && (
        <section aria-labelledby="settings-operations">
          <h2 id="settings-operations">Operations</h2>
          <p>How full the site is, and what it will need.</p>
          <ButtonLink href="/operations" look="quiet">
            Open operations
          </ButtonLink>
        </section>
      )}
      <Button onClick={() => signOut.mutate()} isBusy={signOut.isPending}>
        Sign out
      </Button>
    </div>
  );
}

export const load = ({ api, client }: PageContext) =>
  Promise.all([client.fetchQuery(devicesQuery(api)), client.fetchQuery(exportQuery(api))]);

export const head = (): Head => ({ title: 'Settings', hidden: true });
