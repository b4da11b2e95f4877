import { useLocation } from 'wouter-preact';
import { SaveHost } from '../../features/save/save-host.tsx';
import { useMyBoards } from '../../shared/api/my-boards.ts';
import { Toaster } from '../../shared/ui/toaster.tsx';
import { Outlet } from '../outlet.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { Header } from './header.tsx';
import { KeysHost } from './keys-host.tsx';
import { UploadHost } from './upload-host.tsx';

/** Pages that show nothing but a form. */
const bare = /^\/sign(in|up)$/;

/** What stays while pages come and go. */
export function Shell() {
  const [path] = useLocation();
  // Asked for early: the first Save should know where to.
  useMyBoards();
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the pictures
      </a>
      <Header isBare={bare.test(path)} />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {!bare.test(path) && <BottomBar />}
      <SaveHost />
      <UploadHost />
      <KeysHost />
      <Toaster />
    </>
  );
}
