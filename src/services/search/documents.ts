/** What the text index holds of pins, boards and people, made from the store as it is now. */
import type { StoredObject } from '#engines/shards/port';
import type { TextDocument } from '#engines/text-index/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { UserData } from '#services/accounts/contract';
import { audienceOf, type BoardData } from '#services/boards/contract';
import type { PinData } from '#services/pins/contract';
import { dataOf, type Store } from '#services/store/contract';

type Objects = ReadonlyMap<Id, StoredObject>;

const lines = (...parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join('\n');

function find<T>(objects: Objects, id: Id): T | undefined {
  const object = objects.get(id);
  return object && dataOf<T>(object);
}

// A pin whose board is gone is about to go too; until then nobody finds it.
function pinDocument(object: StoredObject, others: Objects): TextDocument {
  const pin = dataOf<PinData>(object);
  const board = find<BoardData>(others, pin.boardId);
  const owner = find<UserData>(others, pin.ownerId);
  return {
    id: object.id,
    kind: 'pin',
    version: object.version,
    title: pin.title,
    tags: pin.tags,
    body: lines(pin.description, pin.altText),
    extra: lines(board?.name, owner?.displayName, owner?.name, pin.credit?.author),
    audiences: board ? [audienceOf(pin.boardId, board.secret)] : [],
  };
}

function boardDocument(object: StoredObject, others: Objects): TextDocument {
  const board = dataOf<BoardData>(object);
  const owner = find<UserData>(others, board.ownerId);
  return {
    id: object.id,
    kind: 'board',
    version: object.version,
    title: board.name,
    tags: [],
    body: board.description,
    extra: lines(owner?.displayName, owner?.name),
    audiences: [audienceOf(object.id, board.secret)],
  };
}

function userDocument(object: StoredObject): TextDocument {
  const user = dataOf<UserData>(object);
  return {
    id: object.id,
    kind: 'user',
    version: object.version,
    title: user.displayName,
    tags: [user.name],
    body: user.about,
    extra: '',
    audiences: ['public'],
  };
}

/** Reads objects past the cache and what they name: two rounds of batched reads. Objects that are gone are left out. */
export class Documents {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  pins(ids: readonly Id[]): Promise<TextDocument[]> {
    return this.#make(ids, pinDocument, (object) => {
      const pin = dataOf<PinData>(object);
      return [pin.boardId, pin.ownerId];
    });
  }

  boards(ids: readonly Id[]): Promise<TextDocument[]> {
    return this.#make(ids, boardDocument, (object) => [dataOf<BoardData>(object).ownerId]);
  }

  users(ids: readonly Id[]): Promise<TextDocument[]> {
    return this.#make(ids, userDocument, () => []);
  }

  async #make(
    ids: readonly Id[],
    document: (object: StoredObject, others: Objects) => TextDocument,
    named: (object: StoredObject) => Id[],
  ): Promise<TextDocument[]> {
    const objects = [...(await this.#store.getMany(system, ids, { fresh: true })).values()];
    const others = [...new Set(objects.flatMap(named))];
    const read = others.length > 0 ? await this.#store.getMany(system, others, { fresh: true }) : new Map();
    return objects.map((object) => document(object, read));
  }
}
