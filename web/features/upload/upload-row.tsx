import { X } from 'lucide-preact';
import { Field, TextArea } from '../../shared/ui/field.tsx';
import { fileSize } from '../../shared/ui/format.ts';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { useObjectUrl } from '../../shared/ui/use-object-url.ts';
import type { Upload, UploadEvent, UploadState } from './upload-list.ts';

/** One file. */
export interface UploadRowProps {
  readonly upload: Upload;
  /** More is asked about a picture that comes alone. */
  readonly isOnly: boolean;
  readonly dispatch: (event: UploadEvent) => void;
}

interface StateNoteProps {
  readonly state: UploadState;
  readonly file: File;
}

function StateNote({ state, file }: StateNoteProps) {
  if (state.kind === 'refused')
    return (
      <p class="field-error" role="alert">
        {state.reason}
      </p>
    );
  if (state.kind !== 'sending')
    return (
      <p class="field-hint">
        {state.kind === 'pinned' ? 'Saved' : 'Ready'} · {fileSize(file.size)}
      </p>
    );
  const text =
    state.share < 1 ? `${Math.round(state.share * 100)} % of ${fileSize(file.size)}` : 'Being looked at…';
  return (
    <div class="upload-progress">
      <progress value={state.share} aria-label={`Sending ${file.name}`} />
      <p class="field-hint">{text}</p>
    </div>
  );
}

function Words({ upload, isOnly, dispatch }: UploadRowProps) {
  const { id, words } = upload;
  const write = (name: keyof typeof words) => (event: { currentTarget: { value: string } }) =>
    dispatch({ type: 'worded', id, words: { [name]: event.currentTarget.value } });
  return (
    <>
      <Field label="Title" value={words.title} maxLength={200} onInput={write('title')} />
      {isOnly && (
        <>
          <TextArea
            label="Description"
            value={words.description}
            maxLength={5000}
            onInput={write('description')}
          />
          <Field
            label="What it shows"
            hint="Read aloud to those who cannot see it"
            value={words.altText}
            maxLength={1000}
            onInput={write('altText')}
          />
        </>
      )}
    </>
  );
}

/** One file: its picture, how far it is, and what is said about it. */
export function UploadRow({ upload, isOnly, dispatch }: UploadRowProps) {
  const url = useObjectUrl(upload.file);
  const { kind } = upload.state;
  return (
    <li class={isOnly ? 'upload-row upload-only' : 'upload-row'}>
      <div class="upload-picture">{url && kind !== 'refused' && <img src={url} alt="" />}</div>
      <div class="upload-words">
        {kind === 'refused' || kind === 'pinned' ? (
          <strong>{upload.file.name}</strong>
        ) : (
          <Words upload={upload} isOnly={isOnly} dispatch={dispatch} />
        )}
        <StateNote state={upload.state} file={upload.file} />
      </div>
      <IconButton
        label={`Leave out ${upload.file.name}`}
        onClick={() => dispatch({ type: 'dropped', id: upload.id })}
      >
        <X size={18} aria-hidden="true" />
      </IconButton>
    </li>
  );
}
