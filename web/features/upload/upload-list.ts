/** The files of one upload and how far each has come, as a pure state machine. */
import type { MediaView } from '#services/media/contract';

/** What a person writes about a picture. */
export interface UploadWords {
  readonly title: string;
  readonly description: string;
  readonly altText: string;
}

/** How far a file has come. */
export type UploadState =
  | { readonly kind: 'sending' /** 0 to 1; 1 while the server works on it. */; readonly share: number }
  | { readonly kind: 'kept'; readonly media: MediaView }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'pinned' };

/** One file. */
export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly words: UploadWords;
  readonly state: UploadState;
}

/** What happens to a list. */
export type UploadEvent =
  | { readonly type: 'added'; readonly uploads: readonly Upload[] }
  | { readonly type: 'moved'; readonly id: number; readonly state: UploadState }
  | { readonly type: 'worded'; readonly id: number; readonly words: Partial<UploadWords> }
  | { readonly type: 'dropped'; readonly id: number };

const noWords: UploadWords = { title: '', description: '', altText: '' };

let count = 0;

/** A file at its beginning. */
export function newUpload(file: File): Upload {
  return { id: ++count, file, words: noWords, state: { kind: 'sending', share: 0 } };
}

/** The list after an event. */
export function uploadsAfter(uploads: readonly Upload[], event: UploadEvent): readonly Upload[] {
  if (event.type === 'added') return [...uploads, ...event.uploads];
  if (event.type === 'dropped') return uploads.filter(({ id }) => id !== event.id);
  return uploads.map((upload) => {
    if (upload.id !== event.id) return upload;
    if (event.type === 'moved') return { ...upload, state: event.state };
    return { ...upload, words: { ...upload.words, ...event.words } };
  });
}

/** How the list stands: counts by kind, and the overall share of bytes sent. */
export function progressOf(uploads: readonly Upload[]) {
  const of = (kind: UploadState['kind']) => uploads.filter(({ state }) => state.kind === kind).length;
  const bytes = uploads.reduce((sum, { file }) => sum + file.size, 0);
  const sent = uploads.reduce(
    (sum, { file, state }) => sum + file.size * (state.kind === 'sending' ? state.share : 1),
    0,
  );
  return {
    sending: of('sending'),
    kept: of('kept'),
    refused: of('refused'),
    pinned: of('pinned'),
    share: bytes ? sent / bytes : 0,
  };
}
