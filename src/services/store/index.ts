/** Makes the store. */
import type { Store } from './contract.ts';
import { ShardedStore, type StoreDeps } from './store.ts';

export type { StoreDeps } from './store.ts';

/** Makes the store over open shards and a cache, neither of which it closes. */
export function createStore(deps: StoreDeps): Store {
  return new ShardedStore(deps);
}
