import type { Head } from '../../shared/nav/page.ts';
import { fullTitle } from '../../shared/nav/use-title.ts';
import { escapeHtml } from './escape.ts';

/** Where the page is, for absolute URLs. */
export interface PageAddress {
  readonly origin: string;
  readonly path: string;
}

function meta(attribute: 'name' | 'property', name: string, content: string | number | undefined): string {
  if (content === undefined || content === '') return '';
  return `<meta ${attribute}="${name}" content="${escapeHtml(String(content))}">`;
}

function imageTags(image: NonNullable<Head['image']>, origin: string): string[] {
  const url = new URL(image.url, origin).href;
  return [
    meta('property', 'og:image', url),
    meta('property', 'og:image:width', image.width),
    meta('property', 'og:image:height', image.height),
    meta('property', 'og:image:alt', image.alt),
    meta('name', 'twitter:card', 'summary_large_image'),
  ];
}

/** Title, description, and Open Graph for link previews; hidden pages say nothing about themselves. */
export function headTags(head: Head, { origin, path }: PageAddress): string {
  const title = `<title>${escapeHtml(fullTitle(head.title))}</title>`;
  if (head.hidden) return `${title}<meta name="robots" content="noindex">`;
  const url = new URL(path, origin).href;
  return [
    title,
    `<link rel="canonical" href="${escapeHtml(url)}">`,
    meta('name', 'description', head.description),
    meta('property', 'og:site_name', 'Pinakes'),
    meta('property', 'og:type', 'article'),
    meta('property', 'og:title', head.title || 'Pinakes'),
    meta('property', 'og:description', head.description),
    meta('property', 'og:url', url),
    ...(head.image ? imageTags(head.image, origin) : [meta('name', 'twitter:card', 'summary')]),
  ].join('');
}
