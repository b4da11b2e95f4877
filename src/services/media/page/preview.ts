/** From what a page says about itself to what a person is offered to save. */
import { cleanLine, cleanText } from '#kernel/plain-text';
import type { PagePreview } from '../contract.ts';
import type { NamedPicture } from './json-ld.ts';
import type { PageSignals } from './signals.ts';

type Offered = PagePreview['pictures'][number];

const mostPictures = 60;
const smallestSide = 100;
// Where nothing is said about the size, a picture in the text is taken to be about this large.
const guessedArea = 250 * 250;

const firstOf = (...texts: (string | undefined)[]): string => texts.find((text) => text?.trim()) ?? '';

function absolute(url: string, base: URL): string | undefined {
  const parsed = URL.parse(url.trim(), base.href);
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) return undefined;
  if (parsed.pathname.toLowerCase().endsWith('.svg')) return undefined;
  parsed.hash = '';
  return parsed.href;
}

const isTiny = ({ width, height }: NamedPicture): boolean =>
  (width !== null && width < smallestSide) || (height !== null && height < smallestSide);

const areaOf = ({ width, height }: NamedPicture): number =>
  width !== null || height !== null ? (width ?? height ?? 0) * (height ?? width ?? 0) : guessedArea;

/** Best first: what the page puts forward, then what it shows, the largest first. */
function ranked({ openGraph, meta, linked, imageSources, inline }: PageSignals): NamedPicture[] {
  const bare = (url: string, alt = ''): NamedPicture => ({ url, alt, width: null, height: null });
  const card = firstOf(meta.get('twitter:image'), meta.get('twitter:image:src'));
  const item = meta.get('image') ?? meta.get('thumbnailurl');
  const shown = inline.filter((picture) => !isTiny(picture));
  return [
    ...openGraph,
    ...(card ? [bare(card, meta.get('twitter:image:alt'))] : []),
    ...linked.pictures,
    ...(item ? [bare(item)] : []),
    ...imageSources.map((url) => bare(url)),
    ...shown.toSorted((a, b) => areaOf(b) - areaOf(a)),
  ];
}

/** Absolute, each once; a later mention fills in what the first leaves open. */
function offered(pictures: readonly NamedPicture[], base: URL): Offered[] {
  const byUrl = new Map<string, Offered>();
  for (const { url, alt, width, height } of pictures) {
    const href = absolute(url, base);
    if (href === undefined) continue;
    const known = byUrl.get(href);
    byUrl.set(href, {
      url: href,
      alt: known?.alt || cleanLine(alt).slice(0, 1000),
      width: known?.width ?? width,
      height: known?.height ?? height,
    });
  }
  return [...byUrl.values()].slice(0, mostPictures);
}

function baseOf(declared: string, url: URL): URL {
  const base = URL.parse(declared, url.href);
  return base?.protocol === 'http:' || base?.protocol === 'https:' ? base : url;
}

/** The page's own words and pictures; `url` is where the page was found. */
export function previewOf(signals: PageSignals, url: URL): PagePreview {
  const { meta, linked } = signals;
  const base = baseOf(signals.base, url);
  const title = firstOf(meta.get('og:title'), meta.get('twitter:title'), linked.name, signals.title);
  const description = firstOf(
    meta.get('og:description'),
    meta.get('twitter:description'),
    linked.description,
    meta.get('description'),
  );
  const author = cleanLine(firstOf(linked.author, meta.get('author'), meta.get('article:author')));
  return {
    url: url.href,
    title: cleanLine(title).slice(0, 500),
    description: cleanText(description).slice(0, 5000),
    site: cleanLine(firstOf(meta.get('og:site_name'), url.hostname.replace(/^www\./, ''))).slice(0, 200),
    // Some sites give an author's page where a name belongs.
    author: author === '' || /^https?:/.test(author) ? null : author.slice(0, 200),
    pictures: offered(ranked(signals), base),
  };
}

/** A URL that is a picture offers itself. */
export function pictureItself(url: URL): PagePreview {
  const name = url.pathname.split('/').at(-1) ?? '';
  const words = cleanLine(
    decoded(name)
      .replace(/\.[a-z0-9]{2,5}$/i, '')
      .replace(/[-_+]+/g, ' '),
  );
  const site = url.hostname.replace(/^www\./, '');
  const picture = { url: url.href, alt: '', width: null, height: null };
  return {
    url: url.href,
    title: words.slice(0, 500),
    description: '',
    site,
    author: null,
    pictures: [picture],
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
