import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** A choice of picture files. */
export interface ChooseFileProps {
  /** Its name, where the face says nothing. */
  readonly label?: string;
  readonly onFiles: (files: File[]) => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly isMany?: boolean;
}

/** A button that opens the system's choice of picture files. */
export function ChooseFile({
  label,
  onFiles,
  children,
  class: look = 'button button-quiet',
  isMany = false,
}: ChooseFileProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        multiple={isMany}
        hidden
        aria-label={label ?? 'Picture files'}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
      <button
        type="button"
        class={look}
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
    </>
  );
}
