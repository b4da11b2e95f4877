/** What a page says about itself, gathered while it streams by. */
import { type LinkedData, type NamedPicture, readLinkedData } from './json-ld.ts';
import { largestCandidate } from './srcset.ts';

/** Everything gathered; URLs as they stand in the page. */
export interface PageSignals {
  /** What relative URLs are relative to, when the page says so. */
  base: string;
  title: string;
  /** First value of each meta property or name, keys in lower case. */
  readonly meta: Map<string, string>;
  readonly openGraph: NamedPicture[];
  readonly imageSources: string[];
  readonly linked: LinkedData;
  /** Pictures in the page's body. */
  readonly inline: NamedPicture[];
}

type Attributes = Readonly<Record<string, string>>;

const most = 500;
const longestText = 300_000;

function pixels(text: string | undefined): number | null {
  const match = /^\s*(\d{1,5})(?:px)?\s*$/.exec(text ?? '');
  return match?.[1] ? Number(match[1]) : null;
}

function inlinePicture(attributes: Attributes): NamedPicture | undefined {
  const srcset = attributes['srcset'] || attributes['data-srcset'] || '';
  const large = largestCandidate(srcset);
  const lazy = attributes['data-src'] || attributes['data-original'] || attributes['data-lazy-src'];
  const url = large?.url || lazy || attributes['src'];
  if (!url) return undefined;
  const [width, height] = [pixels(attributes['width']), pixels(attributes['height'])];
  const scaled = large?.width && width && height ? Math.round((height * large.width) / width) : height;
  return { url, alt: attributes['alt'] ?? '', width: large?.width ?? width, height: scaled };
}

/** Fields of a structured Open Graph picture follow the picture that they belong to. */
function readOpenGraph(pictures: NamedPicture[], key: string, content: string): void {
  if (key === 'og:image' || key === 'og:image:url') {
    if (pictures.at(-1)?.url !== content) pictures.push({ url: content, alt: '', width: null, height: null });
    return;
  }
  const last = pictures.pop();
  if (!last) return;
  const field = key.slice('og:image:'.length);
  if (field === 'width' || field === 'height') pictures.push({ ...last, [field]: pixels(content) });
  else if (field === 'alt') pictures.push({ ...last, alt: content });
  else if (field === 'secure_url') pictures.push({ ...last, url: content });
  else pictures.push(last);
}

class Gatherer {
  readonly signals: PageSignals = {
    base: '',
    title: '',
    meta: new Map(),
    openGraph: [],
    imageSources: [],
    linked: { name: '', description: '', author: '', pictures: [] },
    inline: [],
  };
  #within: 'title' | 'linked' | undefined;
  #text = '';
  #inSvg = 0;

  open(name: string, attributes: Attributes): void {
    if (name === 'meta') this.#meta(attributes);
    else if (name === 'img' || name === 'source') this.#inline(attributes);
    else if (name === 'link') this.#link(attributes);
    else if (name === 'base') this.signals.base ||= attributes['href'] ?? '';
    else if (name === 'svg') this.#inSvg += 1;
    else if (name === 'title' && this.#inSvg === 0) this.#begin('title');
    else if (name === 'script' && /ld\+json/i.test(attributes['type'] ?? '')) this.#begin('linked');
  }

  #begin(within: 'title' | 'linked'): void {
    this.#within = within;
    this.#text = '';
  }

  text(text: string): void {
    if (this.#within && this.#text.length < longestText) this.#text += text;
  }

  close(name: string): void {
    if (name === 'svg') this.#inSvg = Math.max(0, this.#inSvg - 1);
    if (name === 'title' && this.#within === 'title') this.signals.title ||= this.#text;
    else if (name === 'script' && this.#within === 'linked') readLinkedData(this.#text, this.signals.linked);
    else return;
    this.#within = undefined;
  }

  #meta(attributes: Attributes): void {
    const key = (attributes['property'] ?? attributes['name'] ?? attributes['itemprop'] ?? '').toLowerCase();
    const content = attributes['content'] ?? '';
    if (key === '' || content === '') return;
    if (key.startsWith('og:image') && this.signals.openGraph.length < most) {
      readOpenGraph(this.signals.openGraph, key, content);
    }
    if (!this.signals.meta.has(key) && this.signals.meta.size < most) this.signals.meta.set(key, content);
  }

  #link(attributes: Attributes): void {
    const relations = (attributes['rel'] ?? '').toLowerCase().split(/\s+/);
    if (attributes['href'] && relations.includes('image_src'))
      this.signals.imageSources.push(attributes['href']);
  }

  #inline(attributes: Attributes): void {
    const picture = inlinePicture(attributes);
    if (picture && this.signals.inline.length < most) this.signals.inline.push(picture);
  }
}

/** Reads a page to its end. Broken HTML is read as browsers do; memory is bounded by caps on each list and text. */
export async function gatherSignals(html: AsyncIterable<string>): Promise<PageSignals> {
  // Loaded by the first page: 9 MB that a server of uploads does without.
  const { Parser } = await import('htmlparser2');
  const gatherer = new Gatherer();
  const parser = new Parser({
    onopentag: (name, attributes) => gatherer.open(name, attributes),
    ontext: (text) => gatherer.text(text),
    onclosetag: (name) => gatherer.close(name),
  });
  for await (const piece of html) parser.write(piece);
  parser.end();
  return gatherer.signals;
}
