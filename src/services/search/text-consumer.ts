/** The consumer `words`: documents follow their objects, and the names that they carry of others. */
import type { MappingEntry } from '#engines/shards/port';
import type { TextIndex } from '#engines/text-index/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { UserBody } from '#services/accounts/contract';
import type { BoardData } from '#services/boards/contract';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { MappingName, Store } from '#services/store/contract';
import { Documents } from './documents.ts';

/** What the consumer stands on. */
export interface TextConsumerDeps {
  readonly textIndex: TextIndex;
  readonly store: Store;
}

const documentsAtOnce = 200;

/** Reads an event's body as what the owner of the object writes. */
const as = <T>(body: DeliveredChange['body']): T => body as unknown as T;

function boardChanged({ body, before }: DeliveredChange): boolean {
  if (before === null) return false;
  const [now, then] = [as<BoardData>(body), as<BoardData>(before)];
  return now.name !== then.name || now.secret !== then.secret;
}

function personRenamed({ body, before }: DeliveredChange): boolean {
  if (before === null) return false;
  const [now, then] = [as<UserBody>(body), as<UserBody>(before)];
  return now.displayName !== then.displayName || now.name !== then.name;
}

/** What a batch of changes asks for, each object once. */
class Plan {
  readonly changed = { pin: new Set<Id>(), board: new Set<Id>(), user: new Set<Id>() };
  readonly removed: { id: Id; version: number }[] = [];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add(change: DeliveredChange): Promise<void> {
    const [noun, verb] = change.type.split('.');
    if (noun !== 'pin' && noun !== 'board' && noun !== 'user') return;
    if (verb === 'removed') this.removed.push({ id: change.id, version: change.version });
    else this.changed[noun].add(change.id);
    if (noun === 'board' && (verb === 'removed' || boardChanged(change))) {
      await this.#addEdges('board_has_pin', change.id, this.changed.pin);
    }
    if (noun === 'user' && personRenamed(change)) {
      await this.#addEdges('user_has_pin', change.id, this.changed.pin);
      await this.#addEdges('user_owns_board', change.id, this.changed.board);
    }
  }

  async #addEdges(mapping: MappingName, from: Id, to: Set<Id>): Promise<void> {
    const limit = 1000;
    let after: MappingEntry | undefined;
    do {
      const edges = await this.#store.range(system, { mapping, from, limit, after });
      for (const edge of edges) to.add(edge.to);
      after = edges.length === limit ? edges.at(-1) : undefined;
    } while (after !== undefined);
  }
}

class TextConsumer implements Consumer {
  readonly name = 'words';
  /** Every batch rewrites parts of the index, whatever its size. */
  readonly gatherMs = 400;
  readonly #index: TextIndex;
  readonly #store: Store;
  readonly #documents: Documents;

  constructor({ textIndex, store }: TextConsumerDeps) {
    this.#index = textIndex;
    this.#store = store;
    this.#documents = new Documents(store);
  }

  // Documents are made from the store, not from the events: so a late event cannot bring old words back,
  // and replaying the log gives what following it gave.
  async apply(changes: readonly DeliveredChange[]): Promise<void> {
    const plan = new Plan(this.#store);
    for (const change of changes) await plan.add(change);
    await this.#refresh(plan.changed.user, (ids) => this.#documents.users(ids));
    await this.#refresh(plan.changed.board, (ids) => this.#documents.boards(ids));
    await this.#refresh(plan.changed.pin, (ids) => this.#documents.pins(ids));
    if (plan.removed.length > 0) await this.#index.remove(plan.removed);
  }

  async reset(): Promise<void> {
    await this.#index.clear();
  }

  async #refresh(ids: ReadonlySet<Id>, read: (ids: Id[]) => ReturnType<Documents['pins']>): Promise<void> {
    const all = [...ids];
    for (let start = 0; start < all.length; start += documentsAtOnce) {
      const documents = await read(all.slice(start, start + documentsAtOnce));
      if (documents.length > 0) await this.#index.index(documents);
    }
  }
}

/** Makes the consumer. Durable in itself; a changed board or person costs its pins' documents anew. */
export function createTextConsumer(deps: TextConsumerDeps): Consumer {
  return new TextConsumer(deps);
}
