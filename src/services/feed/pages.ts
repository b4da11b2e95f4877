/** Pages of feeds as they were sent, for as long as the same page would be sent again. */
import { LRUCache } from 'lru-cache';
import type { Unchanged } from '#kernel/stamps';
import type { Skeleton } from './skeletons.ts';

/** A page as sent. */
export interface SentPage {
  /** Where it comes from: a skeleton that was forgotten and grown anew may have another order. */
  readonly skeleton: Skeleton;
  readonly body: Buffer;
  readonly unchanged: Unchanged;
}

/** Bytes beside the body. */
const overhead = 1_000;

/** Pages by name, the least used forgotten first. */
export class SentPages {
  readonly #kept: LRUCache<string, SentPage>;

  /** `mostBytes` bounds the memory. */
  constructor(mostBytes: number) {
    const sizeCalculation = ({ body }: SentPage) => body.length + overhead;
    this.#kept = new LRUCache({ maxSize: mostBytes, sizeCalculation });
  }

  /** The page of that name if it still holds. */
  get(name: string, skeleton: Skeleton): Buffer | undefined {
    const kept = this.#kept.get(name);
    return kept?.skeleton === skeleton && kept.unchanged() ? kept.body : undefined;
  }

  keep(name: string, page: SentPage): void {
    this.#kept.set(name, page);
  }
}
