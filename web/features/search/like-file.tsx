import { useQuery } from '@tanstack/preact-query';
import { useApi } from '../../shared/api/api.ts';
import { Masonry } from '../../shared/masonry/masonry.tsx';
import { MasonrySkeleton } from '../../shared/masonry/skeleton.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyNote, ErrorNote } from '../../shared/ui/note.tsx';
import { useObjectUrl } from '../../shared/ui/use-object-url.ts';
import { openUpload } from '../../shared/upload/upload-request.ts';
import { searchByFileQuery } from './api/search-by-file.ts';
import { Asked } from './asked.tsx';

/** The file to be like. */
export interface LikeFileProps {
  readonly file: File;
}

/** What looks like a picture file; the file is not kept. */
export function LikeFile({ file }: LikeFileProps) {
  const url = useObjectUrl(file);
  const query = useQuery(searchByFileQuery(useApi(), file));
  const pins = query.data;
  return (
    <>
      <Asked picture={url && <img src={url} alt="What you brought" />}>
        <Button onClick={() => openUpload({ files: [file] })}>Save it</Button>
      </Asked>
      {query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <MasonrySkeleton />}
      {pins?.length === 0 && <EmptyNote>Nothing here looks like it yet.</EmptyNote>}
      {pins && pins.length > 0 && <Masonry pins={pins} label="Pictures that look alike" />}
    </>
  );
}
