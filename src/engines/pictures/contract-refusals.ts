/** What must be refused, and how. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import { TooLargeError, UnsupportedError } from '#kernel/errors';
import { into, limits, type PicturesBed } from './contract-bed.ts';
import { animatedGif, bombPng, foreignFiles, keep, noise, plain } from './contract-samples.ts';

/** Foreign, broken, too large. */
export function refusalContract(get: () => PicturesBed): void {
  const refuse = async (
    source: string,
    error: typeof TooLargeError | typeof UnsupportedError,
    words: RegExp,
    at: 'header' | 'pixels' = 'header',
  ): Promise<void> => {
    const folder = await into(get());
    const refused = (thrown: unknown): boolean => {
      assert.ok(thrown instanceof error, `${source}: ${thrown}`);
      assert.equal(thrown.field, 'picture');
      assert.match(thrown.message, words);
      return true;
    };
    const request = { source, into: folder, formats: ['webp'], limits } as const;
    await assert.rejects(get().pictures.process(request), refused, path.basename(source));
    if (at === 'header') await assert.rejects(get().pictures.probe(source, limits), refused);
    await assert.rejects(get().pictures.encode({ source, limits }), refused, path.basename(source));
    assert.deepEqual(await readdir(folder), []);
  };

  it('refuses files that are no pictures, whatever they are called', async () => {
    for (const [name, content] of Object.entries(foreignFiles)) {
      await refuse(await keep(get().folder, name, content), UnsupportedError, /must be a/);
    }
  });

  it('refuses an empty file', async () => {
    await refuse(await keep(get().folder, 'empty.jpg', ''), UnsupportedError, /empty/);
  });

  it('refuses a decompression bomb by its header', async () => {
    const bomb = bombPng(100_000);
    assert.ok(bomb.length < 100_000);
    await refuse(
      await keep(get().folder, 'bomb.png', bomb),
      TooLargeError,
      /4 megapixels.*10,000 megapixels/,
    );
  });

  it('refuses files that are cut short', async () => {
    const whole = {
      jpg: await noise(1500, 1000).jpeg().toBuffer(),
      'progressive.jpg': await noise(1500, 1000).jpeg({ progressive: true }).toBuffer(),
      png: await noise(900, 600).png().toBuffer(),
      'interlaced.png': await noise(900, 600).png({ progressive: true }).toBuffer(),
      webp: await noise(900, 600).webp().toBuffer(),
      gif: await animatedGif(3, 200),
      avif: await noise(300, 200).avif({ effort: 0 }).toBuffer(),
    };
    for (const [ending, content] of Object.entries(whole)) {
      for (const share of [0.4, 0.9, 0.995]) {
        const part = content.subarray(0, Math.floor(content.length * share));
        const source = await keep(get().folder, `cut-${share}.${ending}`, part);
        await refuse(source, UnsupportedError, /cut short|must be a/, 'pixels');
      }
    }
  });

  it('refuses too many bytes, pixels and frames, naming the limit', async () => {
    const { folder } = get();
    const heavy = Buffer.concat([await noise(20, 20).jpeg().toBuffer(), Buffer.alloc(limits.bytes)]);
    await refuse(await keep(folder, 'heavy.jpg', heavy), TooLargeError, /at most 5 MB/);
    await refuse(
      await keep(folder, 'wide.png', plain(2500, 2000, '#123').png()),
      TooLargeError,
      /4 megapixels/,
    );
    await refuse(await keep(folder, 'long.gif', await animatedGif(21)), TooLargeError, /20 frames.*21/);
  });

  it('says that a missing file is a fault, not a refusal', async () => {
    const missing = path.join(get().folder, 'missing.png');
    await assert.rejects(get().pictures.probe(missing, limits), { code: 'ENOENT' });
  });
}
