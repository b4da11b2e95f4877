import type { ComponentChildren, JSX } from 'preact';

/** A button in words. `primary` is for the one act a place is about. */
export interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'size'> {
  readonly look?: 'primary' | 'quiet' | 'bare' | 'danger';
  readonly children: ComponentChildren;
  /** Looks and says that it is at work; presses do nothing. */
  readonly isBusy?: boolean;
}

/** A button in words. */
export function Button({ look = 'quiet', isBusy = false, children, class: extra, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button button-${look} ${typeof extra === 'string' ? extra : ''}`}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : rest.onClick}
    >
      {children}
    </button>
  );
}
