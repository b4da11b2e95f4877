/** The HTML around the rendered app. */

import serif from '@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2?url';
import sans from '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2?url';
import { themeScript } from '../../shared/theme/theme.ts';
import type { RenderRequest } from './contract.ts';
import { escapeHtml, scriptJson } from './escape.ts';

/** The parts of a document. */
export interface DocumentParts {
  readonly head: string;
  readonly body: string;
  /** The queries' answers, for the browser to go on from. */
  readonly state: unknown;
  readonly assets: RenderRequest['assets'];
  readonly nonce: string;
}

const fontPreloads = [sans, serif].map(
  (url) => `<link rel="preload" href="${url}" as="font" type="font/woff2" crossorigin>`,
);

function assetTags({ scripts, styles, preloads }: RenderRequest['assets']): string {
  return [
    ...styles.map((url) => `<link rel="stylesheet" href="${escapeHtml(url)}">`),
    ...fontPreloads,
    ...preloads
      .filter((url) => url.endsWith('.js'))
      .map((url) => `<link rel="modulepreload" href="${escapeHtml(url)}">`),
    ...scripts.map((url) => `<script type="module" src="${escapeHtml(url)}"></script>`),
  ].join('');
}

/** A whole HTML document. */
export function documentOf({ head, body, state, assets, nonce }: DocumentParts): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf6f0"><meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171412"><meta name="color-scheme" content="light dark"><script nonce="${nonce}">${themeScript}</script>${assetTags(assets)}<link rel="icon" href="/assets/pinakes-icon.svg" type="image/svg+xml"><link rel="manifest" href="/assets/pinakes.webmanifest"></head><body><div id="app">${body}</div><script id="state" type="application/json" nonce="${nonce}">${scriptJson(state)}</script></body></html>`;
}
