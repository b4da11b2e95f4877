import type { UploadRequest } from '../../shared/upload/upload-request.ts';

/** What it begins with. */
export interface UploadDialogProps {
  readonly request: UploadRequest;
}

export function UploadDialog({ request }: UploadDialogProps) {
  return <p>{request.files.length}</p>;
}
