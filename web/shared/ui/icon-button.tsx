import type { ComponentChildren, JSX } from 'preact';

/** A button with a picture for its face. */
export interface IconButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'label'> {
  /** Its name, also shown as a tip. */
  readonly label: string;
  readonly children: ComponentChildren;
  readonly look?: 'plain' | 'glass';
}

/** A button with a picture for its face. */
export function IconButton({ label, children, look = 'plain', class: extra, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button icon-button-${look} ${typeof extra === 'string' ? extra : ''}`}
      aria-label={label}
      title={label}
    >
      {children}
    </button>
  );
}
