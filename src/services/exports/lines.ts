/** What an export says of boards and pins: the lines that an import reads. */
import type { BoardData } from '#services/boards/contract';
import type { PinData } from '#services/pins/contract';

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/gif': 'gif',
  'image/tiff': 'tiff',
  'image/heic': 'heic',
};

/** The name of the `n`-th picture: in their order by name as well. */
export function pictureName(n: number, type: string): string {
  return `pictures/${String(n).padStart(7, '0')}.${extensions[type] ?? 'jpg'}`;
}

/** Gives every board a name of its own, since names tell boards apart in the file: `Chairs`, then `Chairs (2)`. */
export class BoardNaming {
  readonly #taken = new Set<string>();

  name(name: string): string {
    for (let n = 1; ; n += 1) {
      const ending = n === 1 ? '' : ` (${n})`;
      const candidate = name.slice(0, 100 - ending.length) + ending;
      if (this.#taken.has(candidate.toLowerCase())) continue;
      this.#taken.add(candidate.toLowerCase());
      return candidate;
    }
  }
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** A line of `boards.jsonl`. */
export function boardLine(name: string, { description, secret }: BoardData): string {
  return line({ name, description, secret });
}

/** A line of `metadata.jsonl`. */
export function pinLine(file: string, category: string, pin: PinData, createdAt: number): string {
  const { title, description, link, altText, tags, credit } = pin;
  return line({
    file,
    category,
    title,
    description,
    tags,
    alt_text: altText,
    link,
    author: credit?.author ?? null,
    source: credit?.source ?? null,
    licence: credit?.licence ?? null,
    created_at: new Date(createdAt).toISOString(),
  });
}
