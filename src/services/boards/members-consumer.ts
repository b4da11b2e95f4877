import type { Change, MappingEntry } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { type Id, shardOf } from '#kernel/ids';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import { dataOf, type Store } from '#services/store/contract';
import type { BoardData } from './contract.ts';

function membersOf(board: unknown): Id[] {
  return Object.keys((board as BoardData | null)?.roles ?? {}) as Id[];
}

/** People whom a change let in or no longer lets in. */
function concerned({ body, before, type }: DeliveredChange): Id[] {
  const [then, now] = [membersOf(before), membersOf(body)];
  // What was made or removed tells of everybody who is let in, an update of those for whom it differs.
  if (type !== 'board.updated') return now;
  return [...then, ...now].filter((id) => then.includes(id) !== now.includes(id));
}

/**
 * Keeps, for each person, the boards that they were let into, on the person's shard. What a board says is read afresh, so
 * applying a stretch of events again, or late, leaves the same edges.
 */
class MembersConsumer implements Consumer {
  readonly name = 'members';
  readonly #store: Store;
  constructor(store: Store) {
    this.#store = store;
  }

  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    const boards = new Map<Id, Set<Id>>();
    for (const change of changes) {
      const people = change.type.startsWith('board.') ? concerned(change) : [];
      if (people.length > 0) boards.set(change.id, new Set([...(boards.get(change.id) ?? []), ...people]));
    }
    if (boards.size === 0) return;
    const stored = await this.#store.getMany(system, [...boards.keys()], { fresh: true });
    const at = Math.max(...changes.map((change) => change.at));
    for (const [boardId, people] of boards) {
      const board = stored.get(boardId);
      const members = new Set(board && membersOf(dataOf<BoardData>(board)));
      for (const userId of people) await this.#settle({ from: userId, to: boardId, at }, members.has(userId));
    }
  }

  async #settle(edge: { from: Id; to: Id; at: number }, isMember: boolean): Promise<void> {
    const { from, to, at: sequence } = edge;
    const mapping = 'user_joins_board';
    const isLinked = (await this.#store.linked(system, mapping, from, [to])).has(to);
    if (isLinked === isMember) return;
    const change: Change = isMember
      ? { kind: 'link', mapping, from, to, sequence }
      : { kind: 'unlink', mapping, from, to };
    await this.#store.commit(system, { shard: shardOf(from), changes: [change] });
  }

  async reset(): Promise<void> {
    for await (const people of this.#store.scan(system, 'user')) {
      for (const { id } of people) await this.#empty(id);
    }
  }

  async #empty(from: Id): Promise<void> {
    const mapping = 'user_joins_board';
    let edges: MappingEntry[];
    do {
      edges = await this.#store.range(system, { mapping, from, limit: 500 });
      const changes = edges.map(({ to }): Change => ({ kind: 'unlink', mapping, from, to }));
      if (changes.length > 0) await this.#store.commit(system, { shard: shardOf(from), changes });
    } while (edges.length > 0);
  }
}

/** Makes the consumer that keeps `user_joins_board`. */
export function createMembersConsumer({ store }: { store: Store }): Consumer {
  return new MembersConsumer(store);
}
