import { ImageUp } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import type { PagePreview } from '#services/media/contract';
import { messageOf } from '../../shared/api/api-error.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ChooseFile } from '../../shared/ui/choose-file.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { usePreviewPage } from './api/preview-page.ts';

/** Where pictures may come from. */
export interface StartStepProps {
  readonly onFiles: (files: readonly File[]) => void;
  readonly onPage: (page: PagePreview) => void;
}

/** Adds the scheme that people leave out. */
function addressOf(text: string): string {
  const trimmed = text.trim();
  return /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
}

function FromPage({ onPage }: Pick<StartStepProps, 'onPage'>) {
  const preview = usePreviewPage();
  const { data } = preview;
  useEffect(() => {
    if (data && data.pictures.length > 0) onPage(data);
  }, [data, onPage]);
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const url = String(new FormData(event.currentTarget).get('url') ?? '');
    if (url.trim()) preview.mutate(addressOf(url));
  };
  const nothing = data?.pictures.length === 0 ? 'No picture was found on that page.' : undefined;
  return (
    <form class="upload-url" onSubmit={submit}>
      <Field
        label="Or from a page"
        name="url"
        inputMode="url"
        placeholder="Paste a link"
        error={preview.isError ? messageOf(preview.error) : nothing}
        hint={preview.isPending ? 'Reading the page…' : undefined}
      />
      <Button type="submit" isBusy={preview.isPending}>
        Look
      </Button>
    </form>
  );
}

/** The beginning: drop, choose or paste pictures, or paste a link. */
export function StartStep({ onFiles, onPage }: StartStepProps) {
  return (
    <>
      <ChooseFile class="upload-drop" isMany onFiles={onFiles}>
        <ImageUp size={40} strokeWidth={1.5} aria-hidden="true" />
        <span class="upload-call">Choose pictures</span>
        <span class="upload-hint">or drop them here, or paste one</span>
      </ChooseFile>
      <FromPage onPage={onPage} />
    </>
  );
}
