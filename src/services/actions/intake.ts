/** What browsers tell: held to limits, put right in time, and cut down to what the sender may see. */

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { actorId } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { RateLimitedError } from '#kernel/errors';
import { type Id, parseId } from '#kernel/ids';
import { recent } from '#kernel/lru';
import { check } from '#kernel/schema';
import type { PinData } from '#services/pins/contract';
import { dataOf, type Store } from '#services/store/contract';
import {
  type Action,
  type BrowserAction,
  type BrowserBatch,
  BrowserBatchSchema,
  readAction,
  type Sender,
} from './contract.ts';

/** What the intake stands on. */
export interface IntakeDeps {
  readonly store: Pick<Store, 'getMany'>;
  readonly clock: Clock;
}

const oldestMs = 7 * 24 * 60 * 60 * 1000;
const perMinute = 6000;
const rememberedIds = 100_000;

/** One installation's. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  readonly #recorded = recent<string, true>(rememberedIds);

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** The actions of a batch that are to be recorded. Throws `InvalidInputError` or `RateLimitedError`. */
  async take(sender: Sender, given: BrowserBatch): Promise<Action[]> {
    const batch = check(BrowserBatchSchema, given);
    await this.#spend(sender, batch.actions.length);
    const fresh = batch.actions.filter(({ id }) => !this.#recorded.has(id));
    const boards = await this.#boardsOf(sender, fresh);
    const now = this.#deps.clock.now();
    const late = now - batch.sentAt;
    return fresh.flatMap((told) => {
      const at = Math.min(now, told.at + late);
      const boardId = boards.get(told.pinId);
      if (boardId === undefined || at < now - oldestMs) return [];
      const facts = { boardId, at, receivedAt: now, actor: actorId(sender.viewer), device: batch.device };
      return [readAction({ ...told, ...facts })];
    });
  }

  /** Remembers that actions are in the log. */
  recorded(actions: readonly Action[]): void {
    for (const { id } of actions) this.#recorded.set(id, true);
  }

  /** The boards of those pins that the sender may see. */
  async #boardsOf({ viewer }: Sender, told: readonly BrowserAction[]): Promise<Map<Id, Id>> {
    const ids = new Set(told.map(({ pinId }) => parseId(pinId, 'pinId', 'pin')));
    const pins = await this.#deps.store.getMany(viewer, [...ids]);
    return new Map([...pins].map(([id, pin]) => [id, dataOf<PinData>(pin).boardId]));
  }

  async #spend({ viewer, address }: Sender, points: number): Promise<void> {
    try {
      await this.#limiter.consume(actorId(viewer) ?? address, points);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new RateLimitedError(`too many actions; wait ${seconds} seconds`, seconds);
    }
  }
}
