/** Lines of `metadata.jsonl` and `boards.jsonl`: what a collection says of a picture, and of the boards that its categories become. Unknown fields are ignored, wrong ones dropped. */
import type { Credit } from '#services/pins/contract';

/** The words for one picture. */
export interface PictureMetadata {
  /** Path below the collection's folder, with forward slashes. */
  readonly file: string;
  readonly title: string;
  readonly description: string;
  readonly altText: string;
  readonly category: string | null;
  readonly tags: string[];
  readonly link: string | null;
  readonly credit: Credit | null;
}

/** What a board is to be where one is made. */
export interface BoardMetadata {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
}

type Line = Record<string, unknown>;

function text(line: Line, field: string, most: number): string | null {
  const value = line[field];
  if (typeof value !== 'string') return null;
  const cleaned = value.replace(/[\p{Cc}--[\n\t]]/gv, ' ').trim();
  return cleaned === '' ? null : cleaned.slice(0, most);
}

function tagsOf(line: Line): string[] {
  const listed = Array.isArray(line['tags']) ? line['tags'].filter((tag) => typeof tag === 'string') : [];
  const all = [...listed, text(line, 'label', 60)].filter((tag) => tag !== null);
  const cleaned = all.map((tag) => tag.trim().slice(0, 60)).filter((tag) => tag !== '');
  return [...new Set(cleaned)].slice(0, 50);
}

function creditOf(line: Line): Credit | null {
  const credit = {
    author: text(line, 'author', 200),
    source: text(line, 'source_url', 2000) ?? text(line, 'source', 2000),
    licence: text(line, 'licence', 200) ?? text(line, 'license', 200),
  };
  return Object.values(credit).every((value) => value === null) ? null : credit;
}

function linkOf(line: Line): string | null {
  const link = text(line, 'source_url', 2000) ?? text(line, 'link', 2000);
  return link !== null && URL.canParse(link) && /^https?:/.test(link) ? link : null;
}

function parseLine(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a line; undefined when it is not JSON or names no file. */
export function readMetadata(raw: string): PictureMetadata | undefined {
  const line = parseLine(raw);
  const file = line && text(line, 'file', 4096);
  if (!line || !file) return undefined;
  return {
    file: file.replace(/^\.\//, ''),
    title: text(line, 'title', 200) ?? '',
    description: text(line, 'description', 5000) ?? '',
    altText: text(line, 'alt_text', 1000) ?? '',
    category: text(line, 'category', 100),
    tags: tagsOf(line),
    link: linkOf(line),
    credit: creditOf(line),
  };
}

/** Reads a line of `boards.jsonl`; undefined when it is not JSON or names no board. */
export function readBoard(raw: string): BoardMetadata | undefined {
  const line = parseLine(raw);
  const name = line && text(line, 'name', 100);
  if (!line || !name) return undefined;
  return { name, description: text(line, 'description', 500) ?? '', secret: line['secret'] === true };
}
