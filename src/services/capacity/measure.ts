/**
 * Measures what a machine's shards do: saves of new pictures for some seconds, then reads.
 *
 * As many people as a busy second has act at once, so that commits share their syncs to disk as they do
 * in life. The outbox is emptied as the relay does it.
 */
import type { Shards } from '#engines/shards/port';
import { UnavailableError } from '#kernel/errors';
import type { Id, ObjectType } from '#kernel/ids';
import type { Rates } from './contract.ts';
import { pictureCommits, pinCommit, type TrialSave } from './trial-content.ts';

/** What to measure with. */
export interface MeasureOptions {
  /** Empty shards, for this alone. */
  readonly shards: Shards;
  /** How long to save, and how long to read. */
  readonly seconds: number;
  /** Seconds done, of seconds. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was measured. */
export type Measured = Pick<Rates, 'writesPerSecond' | 'readsPerSecond' | 'bytesPerPin'>;

const people = 64;
const readSize = 25;
/** The claim of the signature, three of the picture, one of the pin. */
const transactionsOfASave = 5;
const trimEvery = 16;

class Trial {
  readonly #shards: Shards;
  readonly #until: number;
  readonly #tick: () => void;
  readonly pins: Id[] = [];
  #saves = 0;

  constructor(shards: Shards, seconds: number, tick: () => void) {
    this.#shards = shards;
    this.#until = performance.now() + seconds * 1000;
    this.#tick = tick;
  }

  get isOver(): boolean {
    this.#tick();
    return performance.now() >= this.#until;
  }

  async id(shard: number, type: ObjectType): Promise<Id> {
    const [id] = await this.#shards.allocate(shard, type, 1);
    if (id === undefined) throw new UnavailableError('the shards gave no id');
    return id;
  }

  /** One person saves pictures until the time is up. */
  async savePictures(person: number): Promise<void> {
    const shard = person % this.#shards.count;
    const owner = await this.id(shard, 'user');
    const board = await this.id(shard, 'board');
    for (let n = 1; !this.isOver; n += 1) {
      await this.#save(owner, board, shard);
      if (n % trimEvery === 0) await this.trim(shard);
    }
  }

  async #save(owner: Id, board: Id, shard: number): Promise<void> {
    this.#saves += 1;
    const signature = this.#saves.toString(16).padStart(64, '0');
    const home = this.#shards.claimShard('picture', signature);
    const media = await this.id(home, 'media');
    await this.#shards.claim('picture', signature, media);
    const pin = await this.id(shard, 'pin');
    const save: TrialSave = { owner, board, media, pin, signature, at: Date.now() };
    for (const changes of pictureCommits(save)) await this.#shards.commit(home, changes);
    await this.#shards.commit(shard, pinCommit(save));
    this.pins.push(pin);
  }

  async trim(shard: number): Promise<void> {
    const last = (await this.#shards.readOutbox(shard, 0, 1000)).at(-1);
    if (last) await this.#shards.trimOutbox(shard, last.sequence);
  }
}

async function everyone(act: (person: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  await Promise.all(Array.from({ length: people }, (_, person) => act(person)));
  return (performance.now() - started) / 1000;
}

async function bytesOf(shards: Shards): Promise<number> {
  const all = await Promise.all(Array.from({ length: shards.count }, (_, shard) => shards.stats(shard)));
  return all.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function readsOf(shards: Shards, trial: Trial, pins: readonly Id[]): Promise<number> {
  let reads = 0;
  const seconds = await everyone(async (person) => {
    for (let n = person; !trial.isOver; n += people) {
      // A stride that meets every pin, so that what is read lies far apart.
      const ids = Array.from({ length: readSize }, (_, i) => pins[((n * readSize + i) * 7919) % pins.length]);
      await shards.getMany(ids.filter((id) => id !== undefined));
      reads += 1;
    }
  });
  return reads / seconds;
}

/** Measures for about twice `seconds`. Rates are those of one process with the shards' own durability. */
export async function measure({ shards, seconds, onProgress }: MeasureOptions): Promise<Measured> {
  const started = performance.now();
  let shown = 0;
  const tick = () => {
    const done = Math.min(2 * seconds, Math.floor((performance.now() - started) / 1000));
    if (done > shown) onProgress?.(done, 2 * seconds);
    shown = done;
  };
  for (let shard = 0; shard < shards.count; shard += 1) await shards.allocate(shard, 'pin', 1);
  const empty = await bytesOf(shards);
  const saving = new Trial(shards, seconds, tick);
  const spent = await everyone((person) => saving.savePictures(person));
  for (let shard = 0; shard < shards.count; shard += 1) await saving.trim(shard);
  const { pins } = saving;
  const readsPerSecond = await readsOf(shards, new Trial(shards, seconds, tick), pins);
  return {
    writesPerSecond: (pins.length * transactionsOfASave) / spent,
    readsPerSecond,
    bytesPerPin: ((await bytesOf(shards)) - empty) / pins.length,
  };
}
