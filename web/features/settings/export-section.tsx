import { useQuery } from '@tanstack/preact-query';
import type { ExportView } from '#services/exports/contract';
import { useApi } from '../../shared/api/api.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ConfirmButton } from '../../shared/ui/confirm-button.tsx';
import { fileSize } from '../../shared/ui/format.ts';
import { useDirectExport } from './api/direct-export.ts';
import { exportQuery } from './api/get-export.ts';

/** "2027-03-09", in UTC: the same on the server and in the browser. */
const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

function Progress({ done, total, error }: ExportView) {
  const words =
    total === 0
      ? 'It is about to begin.'
      : `${done.toLocaleString('en')} of ${total.toLocaleString('en')} pins`;
  return (
    <div aria-live="polite">
      <progress max={Math.max(total, 1)} value={done} aria-label="Progress of the export" />
      <p class="export-note">
        {words} It goes on when you leave this page.
        {error !== null && ` It is tried again: ${error}.`}
      </p>
    </div>
  );
}

function Ready({ bytes, createdAt, expiresAt }: ExportView) {
  if (bytes === null || createdAt === null || expiresAt === null) return null;
  return (
    <p>
      <a class="button button-primary" href="/api/me/export/file" download>
        Download the ZIP
      </a>
      <small class="export-note">
        {fileSize(bytes)}, made on {dayText(createdAt)}, kept until {dayText(expiresAt)}. Only you can
        download it.
      </small>
    </p>
  );
}

/** Everything of one's own, to take away. */
export function ExportSection() {
  const { data } = useQuery(exportQuery(useApi()));
  const { mutate, isPending } = useDirectExport();
  const isUnderWay = data?.state === 'pending' || data?.state === 'running';
  return (
    <section class="export" aria-labelledby="settings-export">
      <h2 id="settings-export">Your data</h2>
      <p>
        One ZIP with your boards, your pins with all their words, and every picture. Another Pinakes can
        import it.
      </p>
      {data && isUnderWay && <Progress {...data} />}
      {data?.state === 'failed' && (
        <p class="export-note" role="alert">
          The last export failed: {data.error}. Nothing of yours was changed.
        </p>
      )}
      {data && <Ready {...data} />}
      {data && !isUnderWay && (
        <div class="export-acts">
          <Button onClick={() => mutate('POST')} isBusy={isPending}>
            {data.bytes === null ? 'Export everything' : 'Export anew'}
          </Button>
          {data.bytes !== null && (
            <ConfirmButton
              label="Remove it"
              question="Remove the ZIP now?"
              onConfirm={() => mutate('DELETE')}
            />
          )}
        </div>
      )}
    </section>
  );
}
