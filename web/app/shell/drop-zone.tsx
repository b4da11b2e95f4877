import { useEffect, useState } from 'preact/hooks';
import { go } from '../../shared/nav/location.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { useObjectUrl } from '../../shared/ui/use-object-url.ts';
import { type PictureChoice, pictureChoice, picturesOf } from '../../shared/upload/picture-choice.ts';
import { openUpload, uploadRequest } from '../../shared/upload/upload-request.ts';
import { useDropAnywhere } from './use-drop-anywhere.ts';

interface AskProps {
  readonly choice: PictureChoice;
}

const close = () => {
  pictureChoice.value = null;
};

/** Asks what to do with a picture; with several, saving is all there is. */
function Ask({ choice }: AskProps) {
  const url = useObjectUrl(choice.files[0]);
  const save = () => {
    close();
    openUpload({ files: choice.files });
  };
  const search = () => {
    pictureChoice.value = { ...choice, kind: 'search' };
  };
  return (
    <Dialog title="What shall become of it?" onClose={close} class="ask">
      {url && <img class="ask-picture" src={url} alt="What you brought" />}
      <div class="ask-acts">
        <Button onClick={search}>Search by it</Button>
        <Button look="primary" onClick={save}>
          Save it
        </Button>
      </div>
    </Dialog>
  );
}

/** Takes pictures that are dropped or pasted anywhere. */
export function DropZone() {
  const [isOver, setOver] = useState(false);
  const choice = pictureChoice.value;
  useDropAnywhere(setOver, (data) => {
    const files = picturesOf(data);
    if (files.length === 0 || uploadRequest.value) return;
    if (files.length > 1) openUpload({ files });
    else pictureChoice.value = { files, kind: 'ask' };
  });
  useEffect(() => {
    if (choice?.kind === 'search') void go('/search/picture');
  }, [choice]);
  if (choice?.kind === 'ask') return <Ask choice={choice} />;
  return isOver && !uploadRequest.value ? (
    <div class="drop-veil" aria-hidden="true">
      <p>Let go to search by it, or to save it</p>
    </div>
  ) : null;
}
