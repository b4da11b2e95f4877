import assert from 'node:assert/strict';
import { readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import sharp from 'sharp';
import { animatedGif, noise, redAndBlue } from '#engines/pictures/contract-samples';
import type { Pictures } from '#engines/pictures/port';
import { stranger, system } from '#kernel/actor';
import { NotFoundError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import { type MediaBed, openMediaBed, somebody } from '../../../test/support/media-bed.ts';
import { makeShelf, type Shelf } from '../../../test/support/shelf.ts';
import type { Variant, VariantRequest } from './contract.ts';

const ada = somebody(1);
const bob = somebody(2);
const cy = somebody(3);
const modern = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';

describe('variants of pictures', () => {
  let bed: MediaBed;
  let shelf: Shelf;
  let derived = 0;
  const counted = (pictures: Pictures): Pictures =>
    new Proxy(pictures, {
      get(target, key) {
        if (key === 'derive' || key === 'strip') derived += 1;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  beforeEach(async () => {
    derived = 0;
    bed = await openMediaBed({ wrap: counted });
    shelf = await makeShelf(bed.store, cy.userId, bob.userId);
  });
  afterEach(() => bed.close());

  const request = (signature: string, rest: Partial<VariantRequest> = {}): VariantRequest => ({
    ...{ signature, width: 236, format: 'webp', accept: '' },
    ...rest,
  });
  const taken = async (bytes: Buffer, pins = 1): Promise<{ id: Id; signature: string; pins: Id[] }> => {
    const { id, picture } = await bed.media.ingest(ada, bytes);
    return { id, signature: picture.signature, pins: pins > 0 ? await shelf.pin(id, pins) : [] };
  };
  const photo = (): Promise<Buffer> => noise(300, 200).jpeg().toBuffer();
  const contentOf = async (variant: Variant, range?: { start: number; end: number }): Promise<Buffer> => {
    const opened = await variant.open(range);
    return opened instanceof Readable ? buffer(opened) : opened;
  };

  it('give the eager WebP with its key, type and size', async () => {
    const { signature } = await taken(await photo());
    const variant = await bed.media.variant(stranger, request(signature));
    assert.equal(variant.key, `pictures/${signature.slice(0, 2)}/${signature}/236.webp`);
    const content = await contentOf(variant);
    assert.deepEqual([variant.type, variant.bytes, variant.public], ['image/webp', content.length, true]);
    assert.equal((await sharp(content).metadata()).width, 236);
    assert.equal(derived, 0);
  });

  it('give ranges, of small ones from memory and of large ones from the file', async () => {
    const { signature } = await taken(await noise(1400, 1000).jpeg({ quality: 40 }).toBuffer());
    for (const width of [236, 1200] as const) {
      const variant = await bed.media.variant(stranger, request(signature, { width }));
      const whole = await contentOf(variant);
      assert.equal(whole.length, variant.bytes);
      assert.equal(Buffer.isBuffer(await variant.open()), width === 236);
      assert.deepEqual(await contentOf(variant, { start: 10, end: 30 }), whole.subarray(10, 30));
    }
  });

  it('are read once while they are hot', async () => {
    const { signature } = await taken(await photo());
    const first = await contentOf(await bed.media.variant(stranger, request(signature)));
    await unlink(
      path.join(bed.folder, 'blobs', 'files', `pictures/${signature.slice(0, 2)}/${signature}/236.webp`),
    );
    assert.deepEqual(await contentOf(await bed.media.variant(stranger, request(signature))), first);
  });

  it('are made on demand, once for all who wait, and kept', async () => {
    const { signature } = await taken(await photo());
    const wanted = request(signature, { format: 'jpeg', width: 474 });
    const all = await Promise.all([ada, bob, stranger].map((viewer) => bed.media.variant(viewer, wanted)));
    assert.equal(derived, 1);
    const { format, width } = await sharp(await contentOf(all[0] as Variant)).metadata();
    assert.deepEqual([format, width], ['jpeg', 300]);
    await bed.media.variant(stranger, wanted);
    assert.equal(derived, 1);
    assert.ok((await bed.keys()).some((key) => key.endsWith('/474.jpeg')));
    assert.deepEqual(await bed.leftOvers(), []);
  });

  it('of the original carry no metadata, and are upright', async () => {
    const exif = { IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } };
    const { signature } = await taken(
      await redAndBlue(40, 20).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    );
    const variant = await bed.media.variant(stranger, request(signature, { width: 'original' }));
    const content = await contentOf(variant);
    const made = await sharp(content).metadata();
    assert.deepEqual([variant.type, made.width, made.height, made.exif], ['image/jpeg', 20, 40, undefined]);
    assert.ok(!content.includes('Somebody'));
    await bed.media.variant(stranger, request(signature, { width: 'original' }));
    assert.equal(derived, 1);
  });

  it('of an animated original keep every frame', async () => {
    const { signature } = await taken(await animatedGif(6));
    const variant = await bed.media.variant(stranger, request(signature, { width: 'original' }));
    assert.equal((await sharp(await contentOf(variant)).metadata()).pages, 6);
  });

  describe('left to the server', () => {
    const typeFor = async (signature: string, accept: string): Promise<string> =>
      (await bed.media.variant(stranger, request(signature, { format: 'auto', accept }))).type;

    it('are WebP or JPEG by what the browser accepts', async () => {
      const { signature } = await taken(await photo());
      const answers = {
        [modern]: 'image/webp',
        'image/webp,*/*': 'image/webp',
        'IMAGE/WEBP': 'image/webp',
        'image/webp;q=0,*/*': 'image/jpeg',
        '*/*': 'image/jpeg',
        '': 'image/jpeg',
        'image/jpeg': 'image/jpeg',
        'image/avif': 'image/avif',
      };
      for (const [accept, type] of Object.entries(answers)) {
        if (type !== 'image/avif') assert.equal(await typeFor(signature, accept), type, accept);
      }
      assert.equal(await typeFor(signature, 'image/avif'), 'image/avif');
    });

    it('become AVIF once they are popular', async () => {
      const { signature } = await taken(await photo());
      assert.equal(await typeFor(signature, modern), 'image/webp');
      assert.equal(await typeFor(signature, modern), 'image/webp');
      await bed.jobs.drain();
      assert.equal(await typeFor(signature, modern), 'image/webp', 'twice is not popular yet');
      await bed.jobs.drain();
      assert.equal(await typeFor(signature, modern), 'image/avif');
      assert.equal(await typeFor(signature, 'image/webp,*/*'), 'image/webp');
      assert.equal(derived, 1);
    });
  });

  describe('are shown', () => {
    it('to everybody who may see one of its pins', async () => {
      await shelf.show('hidden');
      const { id, signature } = await taken(await photo());
      await assert.rejects(bed.media.variant(bob, request(signature)), NotFoundError);
      const open = await makeShelf(bed.store, cy.userId, bob.userId);
      await open.pin(id);
      for (const viewer of [bob, stranger])
        assert.equal((await bed.media.variant(viewer, request(signature))).public, true);
    });

    it('as private ones where only some may see them', async () => {
      const { signature } = await taken(await photo());
      await shelf.show('private');
      assert.equal((await bed.media.variant(bob, request(signature))).public, false);
    });

    it('to nobody else, who learns no more than of a picture that is not there', async () => {
      const { signature } = await taken(await photo());
      await shelf.show('hidden');
      for (const width of [236, 'original'] as const) {
        await assert.rejects(
          bed.media.variant(bob, request(signature, { width })),
          new NotFoundError('picture'),
        );
        await assert.rejects(
          bed.media.variant(stranger, request(signature, { width, format: 'auto' })),
          NotFoundError,
        );
      }
      await assert.rejects(
        bed.media.variant(stranger, request('0'.repeat(64))),
        new NotFoundError('picture'),
      );
      assert.equal(derived, 0);
    });

    it('to whoever brought the bytes, before there is a pin', async () => {
      const bytes = await photo();
      const { signature } = await taken(bytes, 0);
      assert.equal((await bed.media.variant(ada, request(signature))).public, false);
      await assert.rejects(bed.media.variant(bob, request(signature)), NotFoundError);
      await bed.media.ingest(bob, bytes);
      assert.equal((await bed.media.variant(bob, request(signature))).public, false);
      await assert.rejects(bed.media.variant(stranger, request(signature)), NotFoundError);
    });

    it('to the system always, never as public', async () => {
      const { signature } = await taken(await photo());
      await shelf.show('hidden');
      assert.equal((await bed.media.variant(system, request(signature))).public, false);
    });

    it('by all pins, not only by the first page of them', async () => {
      const { id, signature } = await taken(await photo(), 450);
      await shelf.show('hidden');
      await assert.rejects(bed.media.variant(bob, request(signature)), NotFoundError);
      await (await makeShelf(bed.store, cy.userId, bob.userId)).pin(id);
      assert.equal((await bed.media.variant(bob, request(signature))).public, true);
    });
  });

  it('stop being shown the moment the rule says so, and are shown again as soon', async () => {
    const { signature } = await taken(await photo(), 2);
    for (const now of ['public', 'hidden', 'private', 'hidden', 'public'] as const) {
      await shelf.show(now);
      const shown = bed.media.variant(bob, request(signature));
      if (now === 'hidden') await assert.rejects(shown, NotFoundError);
      else assert.equal((await shown).public, now === 'public');
    }
  });

  it('ask for one public pin only while it stays public', async () => {
    const { id, signature, pins } = await taken(await photo(), 2);
    await bed.media.variant(bob, request(signature));
    // Without the edges, only the pin that was remembered can tell that the picture is public.
    const edges = pins.map((to) => ({ kind: 'unlink', mapping: 'media_has_pin', from: id, to }) as const);
    await bed.store.commit(system, { shard: shardOf(id), changes: edges });
    for (const viewer of [ada, bob, stranger])
      assert.equal((await bed.media.variant(viewer, request(signature))).public, true);
    await shelf.show('hidden');
    await assert.rejects(bed.media.variant(bob, request(signature)), NotFoundError);
  });

  it('are not there while a picture is processed', async () => {
    await bed.close();
    bed = await openMediaBed({ start: false });
    const { picture } = await bed.media.ingest(ada, await photo(), { waitMs: 1 });
    await assert.rejects(bed.media.variant(ada, request(picture.signature)), NotFoundError);
    await bed.jobs.start();
    await bed.jobs.drain();
    assert.equal((await bed.media.variant(ada, request(picture.signature))).type, 'image/webp');
  });

  it('come back when their file was lost', async () => {
    const { signature } = await taken(await photo());
    const key = `pictures/${signature.slice(0, 2)}/${signature}/736.webp`;
    const before = await readFile(path.join(bed.folder, 'blobs', 'files', key));
    await bed.blobs.delete(key);
    const variant = await bed.media.variant(stranger, request(signature, { width: 736 }));
    assert.equal((await contentOf(variant)).length > before.length / 2, true);
    assert.equal(derived, 1);
  });
});
