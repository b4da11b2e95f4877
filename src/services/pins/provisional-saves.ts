/**
 * Saves that do not wait for their shard.
 *
 * A save is tried at once. When its shards do not answer within a few milliseconds, or are known not to, the whole pin goes
 * into the job queue instead, which is as durable, and is acknowledged from there: until the job has brought it to its
 * shard, it is pending in the store, where its author alone sees it. The first try may still succeed; whoever comes second
 * finds the pin's id taken by this very pin and is done, so there is one pin in the end. A pin is pending from before its
 * job is stored until after the job's end is stored: it can't be removed in between, and so never comes back.
 */
import { performance } from 'node:perf_hooks';
import { type Person, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { late, within } from '#kernel/deadline';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, parseId, shardOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { Metrics } from '#kernel/metrics';
import { type JobHandler, type Jobs, PostponeError } from '#services/jobs/contract';
import type { PendingWrite, Store } from '#services/store/contract';
import type { PinData } from './contract.ts';
import { alreadyPinned, isRefusal, type NewPinObject, type PinObjects } from './pin-objects.ts';

/** What provisional saves stand on. */
export interface ProvisionalSavesDeps {
  readonly store: Pick<Store, 'answer' | 'onAnswer' | 'pending'>;
  readonly jobs: Jobs;
  readonly objects: PinObjects;
  readonly clock: Clock;
  /** A provisional pin as it can be stored now; throws when it can't be any more: when its board or its picture is gone. */
  readonly possible: (pin: NewPinObject) => Promise<NewPinObject>;
  /** Milliseconds after which a save goes to the queue instead; 25 when left out. */
  readonly deadlineMs?: number | undefined;
  readonly metrics?: Metrics | undefined;
}

/** The name of the job that brings a save to its shard. */
export const saveJob = 'save-pin';

const usualDeadlineMs = 25;
/** For those for whom nobody waits. */
const patientMs = 2000;
/** A process that is busy for more than this share of the time waits for its own writes for so many milliseconds more. */
const busyShare = 0.95;
const busyMs = 250;
/** As good as without end: a save is given up only when it has become impossible. */
const attempts = 1_000_000_000;
/** A job comes late enough to find that the first try succeeded after all, where it did. */
const firstTryMs = 250;
/** Of jobs whose shard was late some hundred a second are tried at most. */
const apartMs = 10;
/** Of jobs that wait for silent shards far fewer; a shard that answers makes all due at once. */
const silentMs = 2000;
const silentApartMs = 40;
const backoff = { baseMs: 2000, capMs: 60_000 };
const concurrency = 32;
/** How often at most all jobs are made due. */
const hurryMs = 250;
const mostPending = 1_000_000;

interface Payload {
  readonly userId: Id;
  readonly role: Person['role'];
  readonly pinId: Id;
  readonly data: PinData;
  readonly at: number;
  readonly once: boolean;
}

/** Saves pins, on their shard or by way of the queue. */
export class ProvisionalSaves {
  readonly #deps: ProvisionalSavesDeps;
  readonly #deadlineMs: number;
  /** Tries under way: a pin is tried once at a time, so that none is left when its job has ended. */
  readonly #trying = new Map<Id, Promise<void>>();
  #hurry: NodeJS.Timeout | undefined;
  readonly #saves: ReturnType<Metrics['counter']> | undefined;

  constructor(deps: ProvisionalSavesDeps) {
    this.#deps = deps;
    this.#deadlineMs = deps.deadlineMs ?? usualDeadlineMs;
    this.#saves = deps.metrics?.counter('pinakes_saves_total', 'Saves, by what made them durable.', ['by']);
    deps.store.onAnswer(() => this.#hurrySoon());
  }

  /** Resolves once the pin is durable: with undefined when it is on its shard, else with the id of its job. `patient`: waits for its shard for seconds. */
  async save(pin: NewPinObject, patient = false): Promise<string | undefined> {
    const job = await this.#save(pin, patient ? patientMs : this.#deadlineMs);
    this.#saves?.inc({ by: job === undefined ? 'shard' : 'queue' });
    return job;
  }

  async #save(pin: NewPinObject, deadlineMs: number): Promise<string | undefined> {
    // The queue is there for people who wait; whoever else saves has time.
    if (pin.actor.kind !== 'person') return this.#deps.objects.add(pin).then(() => undefined);
    if (!this.#isWorthATry(pin, deadlineMs)) return this.#defer(pin.actor, pin, this.#silentDelay());
    const attempt = this.#try(pin, () => this.#deps.objects.add(pin));
    try {
      if (await inTime(attempt, deadlineMs)) return undefined;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return this.#defer(pin.actor, pin, this.#silentDelay());
    }
    return firstDurable(attempt, this.#defer(pin.actor, pin, this.#lateDelay()));
  }

  #lateDelay(): number {
    return Math.min(backoff.capMs, Math.max(firstTryMs, this.#deps.store.pending.size * apartMs));
  }

  #silentDelay(): number {
    return Math.min(backoff.capMs, Math.max(silentMs, this.#deps.store.pending.size * silentApartMs));
  }

  #isWorthATry({ id, data }: NewPinObject, slowMs: number): boolean {
    return this.#deps.store.answer([shardOf(data.mediaId), shardOf(id)], slowMs);
  }

  #try(pin: NewPinObject, work: () => Promise<void>): Promise<void> {
    const attempt = work().finally(() => this.#trying.delete(pin.id));
    this.#trying.set(pin.id, attempt);
    return attempt;
  }

  /** Makes a pin durable in the queue, to be tried `delayMs` later; answers its job. */
  async #defer(author: Person, pin: NewPinObject, delayMs: number): Promise<string> {
    const { store, jobs, clock } = this.#deps;
    if (pin.once) this.#refuseSecond(author, pin.data);
    store.pending.add(pendingOf(author.userId, pin));
    try {
      return await jobs.enqueue({
        name: saveJob,
        payload: payloadOf(author, pin),
        attempts,
        runAfter: clock.now() + delayMs,
        deduplicationKey: pin.id,
      });
    } catch (error) {
      store.pending.remove(pin.id);
      throw error;
    }
  }

  /** Two of one picture would both be acknowledged, and only one become a pin. */
  #refuseSecond(author: Person, { ownerId, mediaId }: PinData): void {
    const { pending } = this.#deps.store;
    if (pending.isLinked(author.userId, 'user_has_media', ownerId, mediaId)) throw alreadyPinned();
  }

  /** Jobs need not wait any longer. Shards that come back together are one reason. */
  #hurrySoon(): void {
    this.#hurry ??= setTimeout(() => {
      this.#hurry = undefined;
      // When the queue can't be written to, the jobs are tried when their time comes.
      if (this.#deps.store.pending.size > 0) this.#deps.jobs.hasten(saveJob).catch(() => undefined);
    }, hurryMs).unref();
  }

  /** Shows again to their authors what waits in the queue from before. Before jobs start and anybody asks. */
  async restore(): Promise<void> {
    const { store, jobs } = this.#deps;
    for (const state of ['running', 'pending'] as const) {
      for (const { payload } of await jobs.list(state, mostPending, saveJob)) {
        const { userId, ...pin } = pinIn(payload);
        store.pending.add(pendingOf(userId, pin));
      }
    }
  }

  /** The handler of the job that brings a save to its shard; its result is `{ pinId }`. */
  handler(): JobHandler {
    return {
      name: saveJob,
      concurrency,
      backoff,
      run: async (payload) => {
        const pin = pinIn(payload);
        if (!this.#trying.has(pin.id) && !this.#isWorthATry(pin, patientMs))
          throw new PostponeError(payload, this.#silentDelay());
        await this.#bring(pin);
        return { pinId: pin.id };
      },
      settled: ({ payload }) => this.#deps.store.pending.remove(pinIn(payload).id),
    };
  }

  async #bring(pin: NewPinObject): Promise<void> {
    if (this.#trying.has(pin.id)) throw new UnavailableError('the save is being written');
    const attempt = this.#try(pin, () => this.#finish(pin));
    if ((await within(patientMs, attempt)) === late)
      throw new UnavailableError('the shard does not answer in time');
  }

  async #finish(pin: NewPinObject): Promise<void> {
    const { objects, possible } = this.#deps;
    if (await objects.isStored(pin)) {
      await objects.linkPicture(pin);
      return objects.settle(pin.id, pin.data);
    }
    try {
      // It was the saver's to save when that was acknowledged.
      await objects.add(await possible(pin), system);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // An earlier try may have come as far as the picture.
      await objects.forget(pin);
      // What the pin names may have gone after it was looked at.
      if (error instanceof NotFoundError && (await possible(pin)))
        throw new UnavailableError('what the pin names has changed', error);
      throw error;
    }
  }
}

/**
 * Whether a write ends within the deadline. A process that is too busy to see writes end is no shard's fault, and the queue
 * would only be more to do: it waits a little longer.
 */
async function inTime(attempt: Promise<void>, deadlineMs: number): Promise<boolean> {
  const last = performance.now() + busyMs;
  for (;;) {
    const before = performance.eventLoopUtilization();
    if ((await within(deadlineMs, attempt)) !== late) return true;
    const { utilization } = performance.eventLoopUtilization(before);
    if (utilization < busyShare || performance.now() >= last) return false;
  }
}

/** What makes a pin durable first: the try, then undefined, or its job, then that one's id. The try's refusal counts for both. */
function firstDurable(attempt: Promise<void>, job: Promise<string>): Promise<string | undefined> {
  const tried = attempt.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof UnavailableError) return job;
      throw error;
    },
  );
  return Promise.race([tried, job.catch(() => tried)]);
}

function payloadOf({ userId, role }: Person, { id, data, at, once }: NewPinObject): JsonObject {
  const payload: Payload = { userId, role, pinId: id, data, at, once };
  return { ...payload, data: { ...data } };
}

function pinIn(payload: JsonObject): NewPinObject & { readonly userId: Id } {
  const { userId, role, pinId, data, at, once } = payload as unknown as Payload;
  const actor: Person = { kind: 'person', userId: parseId(userId, 'userId', 'user'), role };
  return { actor, userId, id: parseId(pinId, 'pinId', 'pin'), data, at, once };
}

function pendingOf(author: Id, { id, data, at }: Omit<NewPinObject, 'actor'>): PendingWrite {
  const { boardId, ownerId, mediaId } = data;
  return {
    author,
    object: { id, data: { ...data }, version: 1, createdAt: at },
    edges: [
      { mapping: 'board_has_pin', from: boardId, to: id, sequence: at },
      { mapping: 'user_has_pin', from: ownerId, to: id, sequence: at },
      { mapping: 'user_has_media', from: ownerId, to: mediaId, sequence: at },
    ],
  };
}
