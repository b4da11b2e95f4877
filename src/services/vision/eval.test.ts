import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { InvalidInputError, UnsupportedError } from '#kernel/errors';
import { evaluateVisual } from './eval.ts';
import { leaveOneOut } from './eval-retrieval.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-eval-'));
after(() => rm(folder, { recursive: true }));

const limits = { bytes: 1e6, pixels: 1e6, frames: 1 };
const at = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

/** Takes a file's name for its looks: `30.jpg` points 30 degrees up. */
const pictures = {
  async encode({ source }: { source: string | Uint8Array }): Promise<Float32Array> {
    const degrees = Number.parseInt(path.basename(String(source)), 10);
    if (Number.isNaN(degrees)) throw new UnsupportedError('image', 'must be a picture');
    return at(degrees);
  },
};

async function make(name: string, files: readonly string[]): Promise<string> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, name, file)), { recursive: true });
    await writeFile(path.join(folder, name, file), '');
  }
  return path.join(folder, name);
}

describe('leave-one-out retrieval', () => {
  it('is perfect where every class keeps to itself', async () => {
    const figures = await leaveOneOut([0, 5, 90, 95].map(at), ['a', 'a', 'b', 'b']);
    assert.deepEqual(figures, { map: 1, p1: 1, p10: 1 / 3 });
  });

  it('counts what stands in between', async () => {
    // From 0: b at 10, a at 20. From 20: b at 10, a at 0. From 10: nobody of its class.
    const figures = await leaveOneOut([0, 10, 20].map(at), ['a', 'b', 'a']);
    assert.deepEqual(figures, { map: 0.5, p1: 0, p10: 0.5 });
  });

  it('takes only the ten nearest into precision at ten', async () => {
    const vectors = Array.from({ length: 24 }, (_, i) => at(i < 12 ? i : 90 + i));
    const labels = vectors.map((_, i) => (i < 12 ? 'a' : 'b'));
    assert.equal((await leaveOneOut(vectors, labels)).p10, 1);
  });
});

describe('evaluating a folder', () => {
  it('takes folders as classes, with all that lies below them, and counts unreadable files', async () => {
    const files = [
      'set/a/0.jpg',
      'set/a/deep/5.PNG',
      'set/a/broken.jpg',
      'set/a/notes.txt',
      'set/b/90.webp',
      'set/b/95.jpeg',
    ];
    const steps: number[] = [];
    const onProgress = (done: number): number => steps.push(done);
    const figures = await evaluateVisual({
      folder: await make('whole', files),
      pictures,
      limits,
      onProgress,
    });
    assert.deepEqual(
      { ...figures, ms_per_image: 0 },
      {
        images: 4,
        classes: 2,
        map: 1,
        p1: 1,
        p10: 1 / 3,
        unreadable: 1,
        ms_per_image: 0,
      },
    );
    assert.ok(figures.ms_per_image > 0);
    assert.deepEqual(steps, [1, 2, 3, 4, 5]);
  });

  it('refuses folders without two classes, and missing ones', async () => {
    for (const wrong of [await make('flat', ['1.jpg', '2.jpg']), path.join(folder, 'missing')]) {
      await assert.rejects(evaluateVisual({ folder: wrong, pictures, limits }), InvalidInputError);
    }
  });

  it('stops when aborted', async () => {
    const set = await make('aborted', ['a/1.jpg', 'b/2.jpg']);
    await assert.rejects(
      evaluateVisual({ folder: set, pictures, limits, signal: AbortSignal.abort(new Error('enough')) }),
      /enough/,
    );
  });
});
