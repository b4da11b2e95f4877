import { useState } from 'preact/hooks';
import type { PagePreview } from '#services/media/contract';
import { useMe } from '../../shared/api/me.ts';
import { useMyBoards } from '../../shared/api/my-boards.ts';
import { goToSignIn } from '../../shared/nav/sign-in.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { EmptyNote } from '../../shared/ui/note.tsx';
import { closeUpload, type UploadRequest } from '../../shared/upload/upload-request.ts';
import { FilesStep } from './files-step.tsx';
import { PageStep } from './page-step.tsx';
import { StartStep } from './start-step.tsx';
import { useTakeFiles } from './use-take-files.ts';
import { useUploads } from './use-uploads.ts';

/** What it begins with. */
export interface UploadDialogProps {
  readonly request: UploadRequest;
}

function SignInFirst() {
  const act = (
    <Button
      look="primary"
      onClick={() => {
        closeUpload();
        goToSignIn();
      }}
    >
      Sign in
    </Button>
  );
  return <EmptyNote act={act}>To keep pictures you need a place for them.</EmptyNote>;
}

function Steps({ request }: UploadDialogProps) {
  const [page, setPage] = useState<PagePreview | null>(null);
  const [chosen, setBoardId] = useState(request.boardId);
  const first = useMyBoards()?.[0]?.id;
  const list = useUploads(request.files);
  const board = { boardId: chosen ?? first, onBoard: setBoardId };
  useTakeFiles(list.add);
  if (list.uploads.length > 0) return <FilesStep list={list} {...board} />;
  if (page) return <PageStep page={page} {...board} onBack={() => setPage(null)} />;
  return <StartStep onFiles={list.add} onPage={setPage} />;
}

/** Makes new pins: from files, or from a page. */
export function UploadDialog({ request }: UploadDialogProps) {
  const me = useMe();
  return (
    <Dialog title="Add pictures" onClose={closeUpload} class="upload">
      {me ? <Steps request={request} /> : <SignInFirst />}
    </Dialog>
  );
}
