import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { PagePreview } from '#services/media/contract';
import type { SaveFromUrl } from '#services/pins/contract';
import { useApi } from '../../shared/api/api.ts';
import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { toast } from '../../shared/ui/toast.ts';
import { closeUpload } from '../../shared/upload/upload-request.ts';
import { announceSaved } from './announce-saved.ts';
import { saveFromUrl } from './api/save-from-url.ts';
import { BoardChoice } from './board-choice.tsx';
import { PagePictures } from './page-pictures.tsx';

/** A page that was read, and the board to save to. */
export interface PageStepProps {
  readonly page: PagePreview;
  readonly boardId: string | undefined;
  readonly onBoard: (id: string) => void;
  readonly onBack: () => void;
}

/** Saves in the background: the server fetches the picture, and a message tells how it went. */
function useSaveInBackground() {
  const api = useApi();
  const client = useQueryClient();
  return async (input: SaveFromUrl) => {
    closeUpload();
    toast('Fetching the picture…');
    try {
      await saveFromUrl(api, input);
      announceSaved(client, input.boardId, 'The picture is saved.');
    } catch (error) {
      toast(`Not saved. ${messageOf(error)}`, { tone: 'alarm' });
    }
  };
}

/** Chooses one of a page's pictures, and saves it with the page as its link. */
export function PageStep({ page, boardId, onBoard, onBack }: PageStepProps) {
  const [pictureUrl, setPictureUrl] = useState(page.pictures[0]?.url ?? '');
  const [title, setTitle] = useState(page.title.slice(0, 200));
  const save = useSaveInBackground();
  const submit = () => {
    if (!boardId) return;
    const named = title.trim() ? { title: title.trim() } : {};
    void save({ boardId: boardId as SaveFromUrl['boardId'], url: page.url, pictureUrl, ...named });
  };
  return (
    <div class="form">
      <PagePictures page={page} chosen={pictureUrl} onChoose={setPictureUrl} />
      <Field
        label="Title"
        value={title}
        maxLength={200}
        onInput={(event) => setTitle(event.currentTarget.value)}
      />
      <BoardChoice boardId={boardId} onBoard={onBoard} />
      <div class="dialog-acts">
        <Button onClick={onBack}>Another page</Button>
        <Button look="primary" disabled={!boardId || !pictureUrl} onClick={submit}>
          Save
        </Button>
      </div>
    </div>
  );
}
