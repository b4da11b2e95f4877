import { useLayoutEffect, useRef } from 'preact/hooks';
import { useLatest } from './use-latest.ts';

/** A `<dialog>` that opens with its element and gives the focus back when it goes; the browser keeps the focus inside. */
export function useModal(onClose: () => void) {
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
    onPointerDown: (event: PointerEvent) => {
      if (event.target === element.current) close();
    },
  };
  return { element, handlers };
}
