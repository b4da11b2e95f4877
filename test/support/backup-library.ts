/** What stands on the shards of a backup bed: one person with a board, and pins of one picture. */
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { decodeId, encodeId, type Id, objectTypes } from '#kernel/ids';
import { changeEvent } from '#services/store/contract';
import type { BackupBed } from './backup-bed.ts';

/** Its person, their board, and the picture of all pins. */
export const ada = encodeId({ shard: 1, type: objectTypes.user, local: 1 });
export const board = encodeId({ shard: 1, type: objectTypes.board, local: 1 });
export const media = encodeId({ shard: 2, type: objectTypes.media, local: 1 });
/** Its `n`-th pin. */
export const pinId = (local: number): Id => encodeId({ shard: 1, type: objectTypes.pin, local });
/** The person as stored. */
export const user = {
  name: 'Ada',
  displayName: 'Ada',
  about: '',
  role: 'owner',
  passwordHash: 'hash of ada',
};
const picture = { signature: 'sig', state: 'ready' };

/** A site of one person with a board. */
export class Library {
  readonly bed: BackupBed;
  constructor(bed: BackupBed) {
    this.bed = bed;
  }

  async begin(): Promise<void> {
    const { passwordHash: _, ...body } = user;
    await this.#commit(1, [
      { kind: 'put', id: ada, data: user, expect: 0 },
      this.#event('user.created', ada, 1, body),
    ]);
    await this.#commit(1, [
      {
        kind: 'put',
        id: board,
        data: { ownerId: ada, name: 'Pies', description: '', secret: false },
        expect: 0,
      },
      { kind: 'link', mapping: 'user_owns_board', from: ada, to: board, sequence: 1 },
    ]);
    await this.#commit(2, [{ kind: 'put', id: media, data: picture, expect: 0 }]);
    await this.bed.store.claim(system, 'user-name', 'ada', ada);
    await this.bed.store.claim(system, 'picture', 'sig', media);
  }

  #event(
    type: 'user.created' | 'pin.created' | 'pin.removed' | 'pin.updated',
    id: Id,
    version: number,
    body: object,
  ) {
    const at = this.bed.clock.now();
    const before = type === 'pin.updated' ? {} : null;
    return changeEvent({ type, id, version, at, actor: null, body: { ...body }, before });
  }

  async #commit(shard: number, changes: Change[]): Promise<void> {
    await this.bed.store.commit(system, { shard, changes });
    this.bed.clock.advance(1000);
  }

  /** What a pin is. */
  dataOf(n: number, title = `pin ${n}`) {
    return { boardId: board, ownerId: ada, mediaId: media, title, secret: false };
  }

  async pin(n: number): Promise<void> {
    const [id, data] = [pinId(n), this.dataOf(n)];
    const edge = { kind: 'link', to: id, sequence: n } as const;
    await this.#commit(2, [{ ...edge, mapping: 'media_has_pin', from: media }]);
    await this.#commit(1, [
      { kind: 'put', id, data, expect: 0 },
      { ...edge, mapping: 'board_has_pin', from: board },
      { ...edge, mapping: 'user_has_pin', from: ada },
      this.#event('pin.created', id, 1, data),
    ]);
  }

  async rename(n: number, title: string): Promise<void> {
    const version = (await this.bed.store.get(system, pinId(n))).version;
    const data = this.dataOf(n, title);
    await this.#commit(1, [
      { kind: 'put', id: pinId(n), data, expect: version },
      this.#event('pin.updated', pinId(n), version + 1, data),
    ]);
  }

  async unpin(n: number): Promise<void> {
    const [id, version] = [pinId(n), (await this.bed.store.get(system, pinId(n))).version];
    await this.#commit(1, [
      { kind: 'remove', id, expect: version },
      { kind: 'unlink', mapping: 'board_has_pin', from: board, to: id },
      { kind: 'unlink', mapping: 'user_has_pin', from: ada, to: id },
      this.#event('pin.removed', id, version + 1, this.dataOf(n)),
    ]);
    await this.#commit(2, [{ kind: 'unlink', mapping: 'media_has_pin', from: media, to: id }]);
  }

  async signIn(n: number): Promise<Id> {
    const id = encodeId({ shard: 1, type: objectTypes.session, local: n });
    await this.#commit(1, [
      { kind: 'put', id, data: { userId: ada, hash: `hash ${n}` } },
      { kind: 'link', mapping: 'user_has_session', from: ada, to: id, sequence: n },
    ]);
    return id;
  }

  async signOut(id: Id): Promise<void> {
    await this.#commit(1, [
      { kind: 'remove', id },
      { kind: 'unlink', mapping: 'user_has_session', from: ada, to: id },
    ]);
  }

  async titles(): Promise<string[]> {
    const pins = await this.bed.shards.scan(1, 'pin', 0, 100);
    return pins.map(({ data }) => String(data['title']));
  }

  async pinsOfPicture(): Promise<number[]> {
    const edges = await this.bed.shards.range({ mapping: 'media_has_pin', from: media, limit: 100 });
    return edges.map(({ to }) => decodeId(to).local).sort((a, b) => a - b);
  }
}
