import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface Common {
  readonly label: string;
  /** What is wrong with it, in words. */
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
}

/** A line of text with its label. */
export interface FieldProps extends Common, Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'label'> {}

/** Several lines of text with their label. */
export interface TextAreaProps
  extends Common,
    Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, 'label'> {}

interface FrameProps extends Common {
  readonly id: string;
  readonly children: ComponentChildren;
}

function Frame({ id, label, error, hint, children }: FrameProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <p class={error ? 'field-error' : 'field-hint'} id={`${id}-note`} role={error ? 'alert' : undefined}>
        {error ?? hint}
      </p>
    </div>
  );
}

const describe = (id: string, { error, hint }: Common) => ({
  id,
  'aria-invalid': error ? true : undefined,
  'aria-describedby': error || hint ? `${id}-note` : undefined,
});

/** A line of text with its label, its hint and what is wrong with it. */
export function Field({ label, error, hint, ...rest }: FieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} error={error} hint={hint}>
      <input {...rest} {...describe(id, { label, error, hint })} />
    </Frame>
  );
}

/** Several lines of text with their label, their hint and what is wrong with them. */
export function TextArea({ label, error, hint, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} error={error} hint={hint}>
      <textarea rows={3} {...rest} {...describe(id, { label, error, hint })} />
    </Frame>
  );
}
