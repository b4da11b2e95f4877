import { useEffect, useReducer, useRef } from 'preact/hooks';
import { messageOf } from '../../shared/api/api-error.ts';
import { uploadMedia } from './api/upload-media.ts';
import { newUpload, type Upload, type UploadState, uploadsAfter } from './upload-list.ts';

const atOnce = 3;

/** Runs tasks, a few at a time, in order. */
function createLine(width: number) {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const next = (): void => {
    const task = running < width ? waiting.shift() : undefined;
    if (!task) return;
    running++;
    void task().finally(() => {
      running--;
      next();
    });
  };
  return (task: () => Promise<void>) => {
    waiting.push(task);
    next();
  };
}

/** Files on their way to the server: they are sent as soon as they are added, and given up when the dialog closes. */
export function useUploads(first: readonly File[]) {
  const [uploads, dispatch] = useReducer(uploadsAfter, []);
  const line = useRef(createLine(atOnce)).current;
  const abort = useRef(new AbortController());
  const move = (id: number, state: UploadState) => dispatch({ type: 'moved', id, state });
  const send = async ({ id, file }: Upload) => {
    if (abort.current.signal.aborted) return;
    try {
      const media = await uploadMedia(
        file,
        (share) => move(id, { kind: 'sending', share }),
        abort.current.signal,
      );
      move(id, { kind: 'kept', media });
    } catch (error) {
      move(id, { kind: 'refused', reason: messageOf(error) });
    }
  };
  const add = (files: readonly File[]) => {
    const added = files.map(newUpload);
    dispatch({ type: 'added', uploads: added });
    for (const upload of added) line(() => send(upload));
  };
  useEffect(() => {
    if (first.length > 0) add(first);
    return () => abort.current.abort();
  }, []);
  return { uploads, add, dispatch, move };
}
