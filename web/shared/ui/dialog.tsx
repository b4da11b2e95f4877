import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { anchorStyle } from './anchor-style.ts';
import { IconButton } from './icon-button.tsx';
import { useModal } from './use-modal.ts';

/** A dialog over the page. */
export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Stands beside this on wide screens; on narrow ones every dialog with an anchor is a sheet at the bottom. */
  readonly anchor?: DOMRect | null;
  /** Keeps the title for screen readers only. */
  readonly isBare?: boolean;
}

/** A dialog: Escape and a press outside close it. */
export function Dialog({
  title,
  onClose,
  children,
  class: extra = '',
  anchor = null,
  isBare = false,
}: DialogProps) {
  const titleId = useId();
  const { element, handlers } = useModal(onClose);
  const look = anchor ? 'dialog-anchored' : 'dialog-centred';
  return (
    <dialog
      ref={element}
      class={`dialog ${look} ${extra}`}
      aria-labelledby={titleId}
      style={anchorStyle(anchor)}
      {...handlers}
    >
      <div class="dialog-body">
        <header class={isBare ? 'visually-hidden' : 'dialog-head'}>
          <h2 id={titleId}>{title}</h2>
          {!isBare && (
            <IconButton label="Close" onClick={onClose}>
              <X size={20} aria-hidden="true" />
            </IconButton>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
