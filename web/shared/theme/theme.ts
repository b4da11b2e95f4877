/** Light, dark, or as the system has it. Kept in a cookie, so that it holds from the first paint. */
import { signal } from '@preact/signals';

/** The choices. */
export const themes = ['system', 'light', 'dark'] as const;

/** One of the choices. */
export type Theme = (typeof themes)[number];

/** The choice in force; in a browser only. */
export const theme = signal<Theme>('system');

/** Runs in the head before anything is painted; sets `data-theme` on the document. */
export const themeScript =
  'var m=/(?:^|; )theme=(light|dark)/.exec(document.cookie);if(m)document.documentElement.dataset.theme=m[1]';

/** Reads the choice that `themeScript` found. */
export function readTheme(): void {
  const found = document.documentElement.dataset['theme'];
  theme.value = found === 'light' || found === 'dark' ? found : 'system';
}

/** Changes the choice, at once and for a year. */
export function chooseTheme(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  const age = next === 'system' ? 0 : 31_536_000;
  // biome-ignore lint/suspicious/noDocumentCookie: the head script must read it before the first paint
  document.cookie = `theme=${next}; path=/; max-age=${age}; samesite=lax`;
}
