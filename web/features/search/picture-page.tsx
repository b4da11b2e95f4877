import { useEffect, useState } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { pinQuery } from '../../shared/api/pin.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ChooseFile } from '../../shared/ui/choose-file.tsx';
import { EmptyNote } from '../../shared/ui/note.tsx';
import { pictureChoice } from '../../shared/upload/picture-choice.ts';
import { similarToPinQuery } from './api/get-similar-to-pin.ts';
import { LikeFile } from './like-file.tsx';
import { LikePin } from './like-pin.tsx';

let lastFile: File | null = null;

/** The file to search by: the one just brought, or the last one, when one comes back. */
function useFile(): File | null {
  const [file, setFile] = useState<File | null>(null);
  const choice = pictureChoice.value;
  useEffect(() => {
    const [brought] = choice?.kind === 'search' ? choice.files : [];
    if (brought) {
      lastFile = brought;
      pictureChoice.value = null;
    }
    setFile(lastFile);
  }, [choice]);
  return file;
}

function Nothing() {
  const act = (
    <ChooseFile
      class="button button-primary"
      onFiles={([file]) => {
        if (file) pictureChoice.value = { files: [file], kind: 'search' };
      }}
    >
      Choose a picture
    </ChooseFile>
  );
  return (
    <>
      <h1 class="visually-hidden">Search by a picture</h1>
      <EmptyNote act={act}>Drop a picture anywhere, or paste one, to find what looks like it.</EmptyNote>
    </>
  );
}

/** What looks like a picture: a pin's, or a file's that stays here. */
export function Page() {
  const pinId = new URLSearchParams(useSearch()).get('pin');
  const file = useFile();
  useTitle('Search by picture');
  return (
    <div class="page">
      {pinId && <LikePin key={pinId} pinId={pinId} />}
      {!pinId && (file ? <LikeFile file={file} /> : <Nothing />)}
    </div>
  );
}

export async function load({ api, client, search }: PageContext): Promise<void> {
  const id = search.get('pin');
  if (!id) return;
  await Promise.all([
    client.fetchQuery(pinQuery(api, id)),
    client.prefetchInfiniteQuery(similarToPinQuery(api, id)),
  ]);
}

export const head = (): Head => ({ title: 'Search by picture', hidden: true });
