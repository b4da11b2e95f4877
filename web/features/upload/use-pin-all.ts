import { useQueryClient } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import type { NewPin } from '#services/pins/contract';
import { useApi } from '../../shared/api/api.ts';
import { messageOf } from '../../shared/api/api-error.ts';
import { plural } from '../../shared/ui/format.ts';
import { closeUpload } from '../../shared/upload/upload-request.ts';
import { announceSaved } from './announce-saved.ts';
import { createPin } from './api/create-pin.ts';
import { progressOf, type Upload } from './upload-list.ts';
import type { useUploads } from './use-uploads.ts';

interface PinAll {
  readonly list: ReturnType<typeof useUploads>;
  readonly boardId: string | undefined;
  readonly isWanted: boolean;
  readonly onDone: () => void;
}

function pinOf({ words, state }: Upload, boardId: string): NewPin | undefined {
  if (state.kind !== 'kept') return undefined;
  const said = Object.entries(words).filter(([, text]) => text.trim() !== '');
  return { boardId: boardId as NewPin['boardId'], mediaId: state.media.id, ...Object.fromEntries(said) };
}

/** Once wanted, and as soon as every file has arrived or been refused, pins them all; closes when nothing was refused. */
export function usePinAll({ list, boardId, isWanted, onDone }: PinAll): void {
  const api = useApi();
  const client = useQueryClient();
  const isReady = isWanted && boardId !== undefined && progressOf(list.uploads).sending === 0;
  const pin = async (upload: Upload, board: string): Promise<boolean> => {
    const wanted = pinOf(upload, board);
    if (!wanted) return false;
    try {
      await createPin(api, wanted);
      list.move(upload.id, { kind: 'pinned' });
      return true;
    } catch (error) {
      list.move(upload.id, { kind: 'refused', reason: messageOf(error) });
      return false;
    }
  };
  const pinAll = async (board: string) => {
    const waiting = list.uploads.filter(({ state }) => state.kind === 'kept');
    let count = 0;
    // One after another, so that they stand on the board in the order they were given.
    for (const upload of waiting) if (await pin(upload, board)) count++;
    if (count > 0) announceSaved(client, board, `${plural(count, 'picture')} saved.`);
    const hasRefusals = count < waiting.length || progressOf(list.uploads).refused > 0;
    if (!hasRefusals) closeUpload();
    onDone();
  };
  useEffect(() => {
    if (isReady && boardId) void pinAll(boardId);
  }, [isReady]);
}
