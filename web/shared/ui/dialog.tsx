import './dialog.css';
import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { anchorStyle } from './anchor-style.ts';
import { IconButton } from './icon-button.tsx';
import { useLatest } from './use-latest.ts';

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

/** Opens with its element and gives the focus back when it goes; the browser keeps the focus inside. */
function useModal(onClose: () => void) {
  const element = useRef<HTMLDialogElement>(null);
  const close = useLatest(onClose);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const handlers = {
    onCancel: (event: Event) => {
      if (event.target !== element.current) return;
      event.preventDefault();
      close();
    },
    onPointerDown: (event: PointerEvent) => event.target === element.current && close(),
  };
  return { element, handlers };
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
