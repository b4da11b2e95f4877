/** People who save under faults, what was promised to them, and whether it was kept. */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Person } from '#kernel/actor';
import { ConflictError, NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { PinData, SavedPin } from '#services/pins/contract';
import type { ChangeEvent } from '#services/store/contract';
import { dataOf } from '#services/store/contract';
import { DeadError } from './engine-life.ts';
import { type SavesBed, shardCount } from './saves-bed.ts';

const device = { userAgent: 'test', address: '192.0.2.1' };
const peopleCount = 5;
const picturesEach = 6;
/** Jobs that a round's end waits for. */
const jobNames = ['save-pin', 'board-removal'];

interface Saver {
  readonly person: Person;
  readonly boards: Id[];
  readonly pictures: Id[];
  readonly pins: Id[];
}

/** A save that was acknowledged. */
interface Promised {
  readonly saver: Saver;
  readonly pin: SavedPin;
  readonly mediaId: Id;
}

/** What is counted over all rounds, so that a test can tell that the rounds met what they were to meet. */
export interface Tally {
  saves: number;
  provisional: number;
  refused: number;
  deaths: number;
  removed: number;
  impossible: number;
}

/** Five people on shards of their own, with pictures all over the place. */
export class SavesWorld {
  readonly tally: Tally = { saves: 0, provisional: 0, refused: 0, deaths: 0, removed: 0, impossible: 0 };
  readonly #bed: SavesBed;
  readonly #random: () => number;
  readonly #savers: Saver[] = [];
  /** Pins whose removal was asked for and may or may not have been done, and those of which it is sure. */
  readonly #leaving = new Set<Id>();
  readonly #gone: Id[] = [];
  /** Up to where each shard's outbox was looked at. */
  readonly #looked = Array.from({ length: shardCount }, () => 0);
  #promised: Promised[] = [];
  /** Saves tried, and pins made, in all. */
  #tries = 0;
  #made = 0;
  /** A board of this round that its owner removes meanwhile, so that saves to it may become impossible. */
  #doomed: Id | undefined;

  constructor(bed: SavesBed, random: () => number) {
    this.#bed = bed;
    this.#random = random;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<T>(values: readonly T[]): T {
    const value = values[this.#below(values.length)];
    assert.ok(value !== undefined);
    return value;
  }

  /** Makes the people, with a board, pictures and a first pin each. */
  async settle(): Promise<void> {
    const { accounts, boards, pins, media } = this.#bed.now;
    for (let n = 0; n < peopleCount; n += 1) {
      const { me } = await accounts.signUp({ name: `person-${n}`, password: 'correct horse' }, device);
      const person: Person = { kind: 'person', userId: me.id, role: me.role };
      const names = ['One', 'Two'];
      const made = [];
      for (const name of names) made.push((await boards.create(person, { name })).id);
      const pictures = [];
      for (let at = 0; at < picturesEach; at += 1) pictures.push(await media.add(person.userId));
      const [boardId, mediaId] = [this.#one(made), this.#one(pictures)];
      const pin = await pins.create(person, { boardId, mediaId });
      this.#savers.push({ person, boards: made, pictures, pins: [pin.id] });
    }
    await this.#arrive();
    await this.#lookAtOutboxes();
    this.#promised = [];
  }

  /** Lets some people save at once, each some milliseconds after the other perhaps, and waits for their answers. */
  async savers(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#trySave()));
  }

  async #trySave(): Promise<void> {
    for (let wait = this.#below(6); wait > 0; wait -= 1) await nextTurn();
    this.#tries += 1;
    const [first] = this.#savers;
    const saver = this.#doomed && first && this.#random() < 0.5 ? first : this.#one(this.#savers);
    this.#bed.clock.advance(1);
    try {
      const saved = this.#random() < 0.7 ? await this.#save(saver) : await this.#create(saver);
      await this.#promise(saved);
    } catch (error) {
      this.#forgive(error);
      this.tally.refused += 1;
    }
  }

  async #save(saver: Saver): Promise<Promised> {
    const source = this.#random() < 0.4 ? this.#promised[this.#below(this.#promised.length)] : undefined;
    const pinId = source?.pin.id ?? this.#one(this.#one(this.#savers).pins);
    const mediaId = source?.mediaId ?? (await this.#mediaOf(pinId));
    const pin = await this.#bed.now.pins.save(saver.person, pinId, this.#boardOf(saver)).catch((error) => {
      // Another's provisional pin can't be saved, and neither can one that goes.
      if (source && error instanceof NotFoundError) throw new UnavailableError('not for this saver', error);
      throw error;
    });
    return { saver, pin, mediaId };
  }

  async #create(saver: Saver): Promise<Promised> {
    const mediaId = this.#one(saver.pictures);
    const pin = await this.#bed.now.pins.create(saver.person, { boardId: this.#boardOf(saver), mediaId });
    return { saver, pin, mediaId };
  }

  #boardOf(saver: Saver): Id {
    const [first] = this.#savers;
    const isDoomed = this.#doomed !== undefined && saver === first && this.#random() < 0.7;
    return isDoomed && this.#doomed ? this.#doomed : this.#one(saver.boards);
  }

  async #mediaOf(pinId: Id): Promise<Id> {
    const pin = (await this.#bed.real.getMany([pinId])).get(pinId);
    assert.ok(pin, 'first pins stay');
    return dataOf<PinData>(pin).mediaId;
  }

  async #promise(promised: Promised): Promise<void> {
    this.tally.saves += 1;
    if (promised.pin.job !== undefined) this.tally.provisional += 1;
    this.#promised.push(promised);
    await this.#look(promised);
  }

  /** What may happen to a call under faults; anything else is a fault of the program. */
  #forgive(error: unknown): void {
    const isMeant = error instanceof UnavailableError || error instanceof DeadError;
    if (isMeant || (this.#doomed !== undefined && error instanceof NotFoundError)) return;
    throw error;
  }

  /** Looks at a promised pin with its author's eyes, and with another's. */
  async #look({ saver, pin }: Promised): Promise<void> {
    const { id, board } = pin;
    const isDoomed = board.id === this.#doomed;
    const { pins, life } = this.#bed.now;
    try {
      await pins.get(saver.person, id);
      const page = { limit: 15 };
      const onBoard = await pins.byBoard(saver.person, board.id, page);
      assert.ok(isDoomed || onBoard.items.some((item) => item.id === id), `pin ${id} is on its board`);
      const onProfile = await pins.byOwner(saver.person, saver.person.userId, page);
      assert.ok(isDoomed || onProfile.items.some((item) => item.id === id), `pin ${id} is on the profile`);
    } catch (error) {
      if (this.#leaving.has(id) || life.isOver || isDoomed) return;
      this.#forgive(error);
    }
    if (!isDoomed) await this.#lookAsAnother(saver, id);
  }

  async #lookAsAnother(saver: Saver, id: Id): Promise<void> {
    const another = this.#savers.find((other) => other !== saver);
    if (another === undefined) return;
    const seen = await this.#bed.now.pins.get(another.person, id).catch(() => undefined);
    if (seen === undefined || this.#leaving.has(id)) return;
    assert.ok((await this.#bed.real.getMany([id])).has(id), `pin ${id} is nobody else's before it is real`);
  }

  /** Its author removes a promised pin, perhaps; answers when that has ended, which may take until its shard is healed. */
  async removeOne(): Promise<void> {
    const promised = this.#promised[this.#below(this.#promised.length + 1)];
    if (promised === undefined || promised.pin.board.id === this.#doomed) return;
    const { id } = promised.pin;
    if (this.#leaving.has(id)) return;
    this.#leaving.add(id);
    try {
      await this.#bed.now.pins.remove(promised.saver.person, id);
      this.tally.removed += 1;
      this.#gone.push(id);
    } catch (error) {
      if (error instanceof ConflictError) this.#leaving.delete(id);
      else this.#forgive(error);
    }
    if (this.#leaving.has(id)) this.#promised = this.#promised.filter((one) => one !== promised);
  }

  /** The first person makes a board, and will remove it in the middle of the round. */
  async doom(): Promise<() => Promise<void>> {
    const [first] = this.#savers;
    assert.ok(first);
    const doomed = (await this.#bed.now.boards.create(first.person, { name: 'Doomed' })).id;
    this.#doomed = doomed;
    return () =>
      this.#bed.now.boards.remove(first.person, doomed).catch((error: unknown) => this.#forgive(error));
  }

  /** The program dies and is born again; everything promised is there at once. */
  async rebirth(): Promise<void> {
    this.tally.deaths += 1;
    await this.#bed.reborn(this.#random() < 0.05);
    for (const promised of this.#promised) await this.#look(promised);
  }

  /** Ends a round: all shards answer, every job ends while authors go on looking, and then everything is counted. */
  async end(): Promise<void> {
    this.#bed.faulty.healAll();
    let hasArrived = false;
    const arriving = this.#arrive().finally(() => {
      hasArrived = true;
    });
    const looking = async () => {
      while (!hasArrived) {
        for (const promised of [...this.#promised]) await this.#look(promised);
        await nextTurn();
      }
    };
    const ends = await Promise.allSettled([looking(), arriving]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    await this.#check();
    this.#promised = [];
    this.#doomed = undefined;
  }

  async #arrive(): Promise<void> {
    const { jobs, store } = this.#bed.now;
    for (let round = 0; round < 500; round += 1) {
      this.#bed.clock.advance(20_000);
      for (const name of jobNames) await jobs.hasten(name);
      await jobs.drain();
      const counts = await this.#bed.queue.counts();
      const isLeft = counts.some(
        ({ name, state }) => jobNames.includes(name) && (state === 'pending' || state === 'running'),
      );
      if (!isLeft && store.pending.size === 0) return;
      await nextTurn();
    }
    assert.fail('jobs are left although every shard answers');
  }

  async #check(): Promise<void> {
    const created = await this.#lookAtOutboxes();
    assert.equal(new Set(created).size, created.length, 'no pin is made twice');
    this.#made += created.length;
    assert.ok(this.#made <= this.#tries, `${this.#made} pins of ${this.#tries} saves`);
    const isThere = this.#doomed && (await this.#bed.real.getMany([this.#doomed])).has(this.#doomed);
    for (const promised of this.#promised) {
      const isImpossible = promised.pin.board.id === this.#doomed && !isThere;
      if (isImpossible) await this.#checkImpossible(promised);
      else await this.#checkWhole(promised, created);
    }
    for (const id of created) await this.#checkNotHalf(id);
    await this.checkGone(50);
    await this.#checkNobodyFailed();
    await this.#checkLists();
  }

  async #checkWhole({ saver, pin, mediaId }: Promised, created: readonly Id[]): Promise<void> {
    const stored = (await this.#bed.real.getMany([pin.id])).get(pin.id);
    assert.ok(stored, `pin ${pin.id} (job ${pin.job}) was promised and is lost`);
    const data = dataOf<PinData>(stored);
    assert.deepEqual(
      [data.boardId, data.ownerId, data.mediaId, stored.createdAt],
      [pin.board.id, saver.person.userId, mediaId, pin.createdAt],
    );
    assert.ok(created.includes(pin.id), 'its event was told');
    const another = this.#savers.find((other) => other !== saver);
    if (another) await this.#bed.now.pins.get(another.person, pin.id);
  }

  /** A pin that is there has all its edges, whoever was told of it. */
  async #checkNotHalf(id: Id): Promise<void> {
    const { real } = this.#bed;
    const stored = (await real.getMany([id])).get(id);
    const { boardId, ownerId, mediaId } = stored ? dataOf<PinData>(stored) : ({} as Partial<PinData>);
    if (!boardId || !ownerId || !mediaId) return;
    const edges = [
      ['board_has_pin', boardId, id],
      ['user_has_pin', ownerId, id],
      ['user_has_media', ownerId, mediaId],
      ['media_has_pin', mediaId, id],
    ] as const;
    for (const [mapping, from, to] of edges) {
      assert.ok((await real.linked(mapping, from, [to])).has(to), `${mapping} of pin ${id}`);
    }
  }

  async #checkImpossible({ pin }: Promised): Promise<void> {
    this.tally.impossible += 1;
    assert.equal(
      (await this.#bed.real.getMany([pin.id])).size,
      0,
      `pin ${pin.id} is on a board that is gone`,
    );
  }

  /** The pins removed last are gone for good. */
  async checkGone(last = Number.POSITIVE_INFINITY): Promise<void> {
    const back = await this.#bed.real.getMany(this.#gone.slice(-last));
    assert.deepEqual([...back.keys()], [], 'no removed pin comes back');
  }

  /** The reason of each job that failed is that its board is gone. */
  async #checkNobodyFailed(): Promise<void> {
    for (const job of await this.#bed.now.jobs.list('failed', 20, 'save-pin')) {
      assert.equal(job.error, 'there is no such board', `job ${job.id}`);
    }
  }

  /** Newest edges of every board and person lead to pins that are there. */
  async #checkLists(): Promise<void> {
    const { real } = this.#bed;
    for (const { person, boards } of this.#savers) {
      const lists = await real.rangeMany([
        ...boards.map((from) => ({ mapping: 'board_has_pin', from, limit: 15 })),
        { mapping: 'user_has_pin', from: person.userId, limit: 15 },
      ]);
      const ids = [...new Set(lists.flat().map(({ to }) => to))];
      assert.equal((await real.getMany(ids)).size, ids.length, 'no edge leads nowhere');
    }
  }

  /** Ids of pins made since the last look, from the events. */
  async #lookAtOutboxes(): Promise<Id[]> {
    const created: Id[] = [];
    for (let shard = 0; shard < shardCount; shard += 1) {
      for (;;) {
        const entries = await this.#bed.real.readOutbox(shard, this.#looked[shard] ?? 0, 1000);
        this.#looked[shard] = entries.at(-1)?.sequence ?? this.#looked[shard] ?? 0;
        const events = entries.map(({ event }) => event as unknown as ChangeEvent);
        created.push(...events.filter(({ type }) => type === 'pin.created').map(({ id }) => id));
        if (entries.length < 1000) break;
      }
    }
    return created;
  }

  /** A shard on which something of a save stands. */
  someShard(): number {
    const saver = this.#one(this.#savers);
    return shardOf(this.#random() < 0.6 ? saver.person.userId : this.#one(saver.pictures));
  }
}
