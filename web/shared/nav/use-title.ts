import { useEffect } from 'preact/hooks';

/** The document's title for a page's own. */
export function fullTitle(title: string): string {
  return title === '' ? 'Pinakes' : `${title} · Pinakes`;
}

/** Names the document after the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = fullTitle(title);
  }, [title]);
}
