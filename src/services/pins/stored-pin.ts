import type { StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import { dataOf } from '#services/store/contract';
import type { PinData } from './contract.ts';

/** A pin as stored. */
export interface StoredPin {
  readonly id: Id;
  readonly data: PinData;
  readonly version: number;
}

/** A stored object as a pin; undefined when there is none. */
export function pinOf(stored: StoredObject | undefined): StoredPin | undefined {
  return stored && { id: stored.id, data: dataOf<PinData>(stored), version: stored.version };
}
