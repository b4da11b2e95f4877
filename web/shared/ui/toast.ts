/** Short messages at the bottom of the page. */
import { signal } from '@preact/signals';

/** A message, with at most one act. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'calm' | 'alarm';
  readonly act?: { readonly label: string; readonly run: () => void };
}

/** Messages on the page, the oldest first. */
export const toasts = signal<readonly Toast[]>([]);

const shownMs = 6000;
const most = 3;
let count = 0;

/** Takes a message away. */
export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Shows a message for some seconds; answers its id. */
export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'act'>> = {}): number {
  const id = ++count;
  toasts.value = [...toasts.value, { id, text, tone: 'calm' as const, ...options }].slice(-most);
  setTimeout(dismiss, options.tone === 'alarm' ? shownMs * 2 : shownMs, id);
  return id;
}
