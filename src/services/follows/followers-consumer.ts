import type { Change, MappingEntry } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { type Id, shardOf } from '#kernel/ids';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { MappingName, Store } from '#services/store/contract';
import type { FollowBody } from './contract.ts';
import { backFrom } from './follows.ts';

function targetOf(change: DeliveredChange): Id | undefined {
  const isFollow = change.type === 'follow.created' || change.type === 'follow.removed';
  return isFollow ? (change.body as unknown as FollowBody).target : undefined;
}

function mirrored(change: DeliveredChange, target: Id): Change {
  const edge = { mapping: backFrom(target), from: target, to: change.id };
  if (change.type === 'follow.removed') return { kind: 'unlink', ...edge };
  return { kind: 'link', ...edge, sequence: change.version };
}

/** Mirrors follows on the shard of whom or what is followed. Applying a stretch of events again leaves the same edges. */
class FollowersConsumer implements Consumer {
  readonly name = 'followers';
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    const byShard = new Map<number, Change[]>();
    for (const change of changes) {
      const target = targetOf(change);
      if (target === undefined) continue;
      const shard = shardOf(target);
      const edges = byShard.get(shard) ?? [];
      byShard.set(shard, edges);
      edges.push(mirrored(change, target));
    }
    await Promise.all(
      [...byShard].map(([shard, edges]) => this.#store.commit(system, { shard, changes: edges })),
    );
  }

  async reset(): Promise<void> {
    for (const [type, mapping] of [
      ['user', 'user_has_follower'],
      ['board', 'board_has_follower'],
    ] as const) {
      for await (const targets of this.#store.scan(system, type)) {
        for (const { id } of targets) await this.#empty(mapping, id);
      }
    }
  }

  async #empty(mapping: MappingName, from: Id): Promise<void> {
    let edges: MappingEntry[];
    do {
      edges = await this.#store.range(system, { mapping, from, limit: 500 });
      const changes = edges.map(({ to }): Change => ({ kind: 'unlink', mapping, from, to }));
      if (changes.length > 0) await this.#store.commit(system, { shard: shardOf(from), changes });
    } while (edges.length > 0);
  }
}

/** Makes the consumer that keeps `user_has_follower` and `board_has_follower`. */
export function createFollowersConsumer({ store }: { store: Store }): Consumer {
  return new FollowersConsumer(store);
}
