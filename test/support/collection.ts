/** Folders of pictures with words, as people import them. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { softPicture } from './pictures.ts';

const categories = ['birds', 'bridges', 'bread'];

/** One line of metadata.jsonl. */
export interface CollectedPicture {
  readonly file: string;
  readonly title: string;
  readonly category: string;
  readonly tags: string[];
  readonly author: string;
  readonly license: string;
}

/** Fills a folder with `count` different pictures in three categories and their metadata.jsonl. */
export async function writeCollection(folder: string, count: number): Promise<CollectedPicture[]> {
  const pictures = Array.from({ length: count }, (_, n): CollectedPicture => {
    const category = categories[n % categories.length] ?? 'other';
    const file = `images/${category}-${String(n).padStart(3, '0')}.jpg`;
    return {
      file,
      title: `Sample ${n} of ${category}`,
      category,
      tags: [category],
      author: `Author ${n}`,
      license: 'CC0',
    };
  });
  await mkdir(path.join(folder, 'images'), { recursive: true });
  for (const [n, { file }] of pictures.entries()) {
    await writeFile(
      path.join(folder, file),
      await softPicture(1000 + n, { width: 320, height: 240 + (n % 7) * 20 }),
    );
  }
  const lines = pictures.map((picture) => JSON.stringify(picture));
  await writeFile(path.join(folder, 'metadata.jsonl'), `${lines.join('\n')}\n`);
  return pictures;
}
