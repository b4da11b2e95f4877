import { toast } from './toast.ts';

/** Copies a page's address, and says so. */
export async function copyLink(path: string): Promise<void> {
  const url = new URL(path, window.location.origin).href;
  try {
    await navigator.clipboard.writeText(url);
    toast('The link is copied.');
  } catch {
    toast(`Your browser keeps the clipboard to itself. The link is ${url}`, { tone: 'alarm' });
  }
}
