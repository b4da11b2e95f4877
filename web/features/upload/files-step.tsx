import { useState } from 'preact/hooks';
import { Button } from '../../shared/ui/button.tsx';
import { ChooseFile } from '../../shared/ui/choose-file.tsx';
import { plural } from '../../shared/ui/format.ts';
import { BoardChoice } from './board-choice.tsx';
import { progressOf } from './upload-list.ts';
import { UploadRow } from './upload-row.tsx';
import { usePinAll } from './use-pin-all.ts';
import type { useUploads } from './use-uploads.ts';

/** The files and the board they go to. */
export interface FilesStepProps {
  readonly list: ReturnType<typeof useUploads>;
  readonly boardId: string | undefined;
  readonly onBoard: (id: string) => void;
}

function summary({ sending, kept, refused, share }: ReturnType<typeof progressOf>): string {
  const parts = [
    sending > 0 ? `${plural(sending, 'picture')} on the way, ${Math.round(share * 100)} %` : '',
    kept > 0 ? `${kept} ready` : '',
    refused > 0 ? `${refused} refused` : '',
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Files on their way, words for each, and one board for all. */
export function FilesStep({ list, boardId, onBoard }: FilesStepProps) {
  const [isSaving, setSaving] = useState(false);
  const progress = progressOf(list.uploads);
  const total = progress.kept + progress.sending;
  usePinAll({ list, boardId, isWanted: isSaving, onDone: () => setSaving(false) });
  return (
    <>
      <ul class="upload-rows">
        {list.uploads.map((upload) => (
          <UploadRow
            key={upload.id}
            upload={upload}
            isOnly={list.uploads.length === 1}
            dispatch={list.dispatch}
          />
        ))}
      </ul>
      <ChooseFile class="button button-bare" isMany onFiles={list.add}>
        Add more
      </ChooseFile>
      <BoardChoice boardId={boardId} onBoard={onBoard} />
      <div class="dialog-acts upload-acts">
        <p role="status">{summary(progress)}</p>
        <Button
          look="primary"
          isBusy={isSaving}
          disabled={total === 0 || !boardId}
          onClick={() => setSaving(true)}
        >
          {total > 1 ? `Save ${plural(total, 'picture')}` : 'Save'}
        </Button>
      </div>
    </>
  );
}
