/** Which pictures' entries a change may alter. */
import type { MappingEntry } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { BoardData } from '#services/boards/contract';
import type { DeliveredChange } from '#services/events/contract';
import type { PinData } from '#services/pins/contract';
import { dataOf, type Store } from '#services/store/contract';
import type { PinsOfMedia } from './entries.ts';

const pageSize = 500;

/** Reads an event's body as what the owner of the object writes. */
const as = <T>(body: DeliveredChange['body']): T => body as unknown as T;

/** Pictures with the pins that the changes name. */
export class Affected {
  readonly #pins = new Map<Id, Set<Id>>();
  /** Pictures that changed themselves; of the others only who may see them may have. */
  readonly renewed = new Set<Id>();
  /** Pictures of which more is known than that they have new pins. */
  readonly #changed = new Set<Id>();

  /** Pictures that have new pins and are else as they were: whoever saw them sees them still. */
  get grown(): ReadonlySet<Id> {
    return new Set(this.#pins.keys().filter((id) => !this.#changed.has(id)));
  }

  /** A picture with a new pin. */
  grow(mediaId: Id, pinId: Id): void {
    this.#note(mediaId, pinId);
  }

  add(mediaId: Id, pinId?: Id): void {
    this.#changed.add(mediaId);
    this.#note(mediaId, pinId);
  }

  #note(mediaId: Id, pinId: Id | undefined): void {
    const pins = this.#pins.get(mediaId) ?? new Set();
    this.#pins.set(mediaId, pins);
    if (pinId !== undefined) pins.add(pinId);
  }

  get media(): Id[] {
    return [...this.#pins.keys()];
  }

  get pins(): PinsOfMedia {
    return this.#pins;
  }
}

function pinMoved({ body, before }: DeliveredChange): boolean {
  if (before === null) return true;
  const [now, then] = [as<PinData>(body), as<PinData>(before)];
  return now.boardId !== then.boardId || now.secret !== then.secret || now.mediaId !== then.mediaId;
}

function boardOpenedOrClosed({ type, body, before }: DeliveredChange): boolean {
  if (type === 'board.removed') return true;
  return before !== null && as<BoardData>(body).secret !== as<BoardData>(before).secret;
}

async function addBoard(store: Store, boardId: Id, affected: Affected): Promise<void> {
  let after: MappingEntry | undefined;
  do {
    const edges = await store.range(system, {
      mapping: 'board_has_pin',
      from: boardId,
      limit: pageSize,
      after,
    });
    const pins = await store.getMany(
      system,
      edges.map(({ to }) => to),
    );
    for (const [id, pin] of pins) affected.add(dataOf<PinData>(pin).mediaId, id);
    after = edges.length === pageSize ? edges.at(-1) : undefined;
  } while (after !== undefined);
}

function addPin({ type, id, body }: DeliveredChange, affected: Affected): void {
  const { mediaId } = as<PinData>(body);
  if (type === 'pin.created') affected.grow(mediaId, id);
  else affected.add(mediaId, id);
}

/** The pictures behind changes of pins, boards and pictures, each once. Changes of words alone alter nothing. */
export async function affectedBy(store: Store, changes: readonly DeliveredChange[]): Promise<Affected> {
  const affected = new Affected();
  for (const change of changes) {
    const [noun] = change.type.split('.');
    if (noun === 'media') {
      affected.add(change.id);
      affected.renewed.add(change.id);
    }
    if (noun === 'pin' && pinMoved(change)) addPin(change, affected);
    if (noun === 'board' && boardOpenedOrClosed(change)) await addBoard(store, change.id, affected);
  }
  return affected;
}
