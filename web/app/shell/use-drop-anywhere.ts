import { useEffect } from 'preact/hooks';
import { useLatest } from '../../shared/ui/use-latest.ts';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Follows files dragged over the page, and hands over what is dropped or pasted outside text fields. */
export function useDropAnywhere(
  setOver: (isOver: boolean) => void,
  take: (data: DataTransfer | null) => void,
): void {
  const latest = useLatest(take);
  useEffect(() => {
    const controller = new AbortController();
    const listen = <K extends keyof WindowEventMap>(name: K, act: (event: WindowEventMap[K]) => void) =>
      window.addEventListener(name, act, { signal: controller.signal });
    listen('dragover', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    });
    listen('dragleave', (event) => event.relatedTarget === null && setOver(false));
    listen('drop', (event) => {
      setOver(false);
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      latest(event.dataTransfer);
    });
    listen('paste', (event) => !event.defaultPrevented && latest(event.clipboardData));
    return () => controller.abort();
  }, [latest, setOver]);
}
