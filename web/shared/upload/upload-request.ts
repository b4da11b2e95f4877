/** Asks the app to open the dialog that makes new pins. */
import { signal } from '@preact/signals';

/** What the dialog begins with. */
export interface UploadRequest {
  readonly files: readonly File[];
  readonly boardId?: string | undefined;
}

/** The open dialog's beginning; null while it is closed. */
export const uploadRequest = signal<UploadRequest | null>(null);

/** Opens the dialog. */
export function openUpload(request: Partial<UploadRequest> = {}): void {
  uploadRequest.value = { files: [], ...request };
}

/** Closes the dialog. */
export function closeUpload(): void {
  uploadRequest.value = null;
}
