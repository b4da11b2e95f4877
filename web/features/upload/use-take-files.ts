import { useEffect } from 'preact/hooks';
import { useLatest } from '../../shared/ui/use-latest.ts';
import { picturesOf } from '../../shared/upload/picture-choice.ts';

/** Takes pictures that are dropped or pasted while the dialog is open. */
export function useTakeFiles(add: (files: readonly File[]) => void): void {
  const take = useLatest((event: DragEvent | ClipboardEvent) => {
    const data = 'dataTransfer' in event ? event.dataTransfer : event.clipboardData;
    const files = 'dataTransfer' in event ? [...(data?.files ?? [])] : picturesOf(data);
    if (files.length === 0) return;
    event.preventDefault();
    add(files);
  });
  useEffect(() => {
    const dialog = document.querySelector('dialog.upload');
    dialog?.addEventListener('drop', take as EventListener);
    window.addEventListener('paste', take, { capture: true });
    return () => {
      dialog?.removeEventListener('drop', take as EventListener);
      window.removeEventListener('paste', take, { capture: true });
    };
  }, [take]);
}
