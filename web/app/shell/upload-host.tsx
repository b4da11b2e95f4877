import { useModule } from '../../shared/ui/use-module.ts';
import { uploadRequest } from '../../shared/upload/upload-request.ts';
import { DropZone } from './drop-zone.tsx';

const loadDialog = () => import('../../features/upload/upload-dialog.tsx');

/** Where the dialog for new pins opens, and where pictures may be dropped: anywhere. */
export function UploadHost() {
  const request = uploadRequest.value;
  const module = useModule(loadDialog, request !== null);
  return (
    <>
      {module && request && <module.UploadDialog request={request} />}
      <DropZone />
    </>
  );
}
