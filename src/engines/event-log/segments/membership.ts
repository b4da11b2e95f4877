/** One member of a group, from joining to leaving. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ConflictError, UnavailableError } from '#kernel/errors';
import { type HeldFile, holdFile } from '#kernel/file-lock';
import type { Log } from '#kernel/log';
import { Serial } from '#kernel/serial';
import type { GroupListener, GroupMember } from '../port.ts';
import { type GroupKey, type Groups, memberLock } from './groups.ts';

/** What a membership stands on. */
export interface MembershipOptions {
  readonly folder: string;
  readonly groups: Groups;
  readonly key: GroupKey;
  readonly listener: GroupListener;
  /** Milliseconds between two looks. */
  readonly heartbeatMs: number;
  readonly log: Log;
  /** Called when shares may have moved, so that other members of this process look at once. */
  readonly onMoved: () => void;
}

function holdMember(folder: string, id: string): HeldFile {
  const file = memberLock(folder, id);
  mkdirSync(path.dirname(file), { recursive: true });
  const held = holdFile(file);
  if (!held) throw new UnavailableError('a member of a group cannot be announced');
  return held;
}

const without = (all: readonly number[], some: readonly number[]): number[] =>
  all.filter((one) => !some.includes(one));

/** Opens with `Membership.join`. */
export class Membership implements GroupMember {
  readonly #options: MembershipOptions;
  readonly #looks = new Serial();
  #id = '';
  #lock: HeldFile | undefined;
  #partitions: readonly number[] = [];
  /** Partitions that the listener is finishing with. */
  readonly #leaving = new Set<number>();
  readonly #releases = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #left: Promise<void> | undefined;

  private constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Joins, and looks in from now on. */
  static async join(options: MembershipOptions): Promise<Membership> {
    const member = new Membership(options);
    await member.#enter();
    await member.look();
    member.#timer = setInterval(() => void member.look(), options.heartbeatMs);
    options.onMoved();
    return member;
  }

  get partitions(): readonly number[] {
    return this.#partitions;
  }

  async commit(partition: number, offset: number): Promise<void> {
    const { groups, key } = this.#options;
    if (!this.#partitions.includes(partition)) {
      throw new ConflictError(`partition ${partition} of ${key.topic} is not this member's`);
    }
    await groups.commit(key, partition, offset, this.#id);
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  /** Looks in; a fault is told to the log and mended by the next look. */
  look(): Promise<void> {
    if (this.#left) return Promise.resolve();
    return this.#looks.run(async () => {
      if (this.#left) return;
      await this.#look().catch((error: unknown) => {
        this.#options.log.warn({ err: error, ...this.#options.key }, 'a member of a group could not look in');
      });
    });
  }

  /** Becomes a member under a new name: what an old one was given is not this one's. */
  async #enter(): Promise<void> {
    const { folder, groups, key } = this.#options;
    this.#unlock();
    this.#id = randomUUID();
    this.#lock = holdMember(folder, this.#id);
    await groups.add(key, this.#id);
  }

  async #look(): Promise<void> {
    const { groups, key, listener } = this.#options;
    const { isMember, owned, leaving } = await groups.look(key, this.#id);
    if (!isMember) return this.#expelled();
    const [gained, lost] = [without(owned, this.#partitions), without(this.#partitions, owned)];
    this.#partitions = owned;
    if (lost.length > 0) listener.lost(lost);
    if (gained.length > 0) listener.assigned(gained);
    const fresh = leaving.filter((partition) => !this.#leaving.has(partition));
    if (fresh.length > 0) this.#release(fresh);
  }

  async #expelled(): Promise<void> {
    const lost = this.#partitions;
    this.#partitions = [];
    this.#leaving.clear();
    if (lost.length > 0) this.#options.listener.lost(lost);
    await this.#enter();
    await this.#look();
  }

  /** Lets the listener finish beside the looks, which go on telling that this member lives. */
  #release(partitions: readonly number[]): void {
    const { log, key } = this.#options;
    for (const partition of partitions) this.#leaving.add(partition);
    const release = this.#giveBack(partitions).catch((error: unknown) => {
      log.warn({ err: error, ...key }, 'partitions could not be given back');
    });
    this.#releases.add(release);
    void release.finally(() => {
      for (const partition of partitions) this.#leaving.delete(partition);
      this.#releases.delete(release);
    });
  }

  async #giveBack(partitions: readonly number[]): Promise<void> {
    const { groups, key, listener, onMoved } = this.#options;
    const id = this.#id;
    await listener.revoked(partitions);
    // Not beside a look, which would find them still owned.
    await this.#looks.run(async () => {
      await groups.release(key, id, partitions);
      if (id === this.#id) this.#partitions = without(this.#partitions, partitions);
    });
    onMoved();
  }

  async #leave(): Promise<void> {
    const { groups, key, listener, onMoved } = this.#options;
    // A look that is going on ends first; none begins any more.
    await this.#looks.run(async () => undefined);
    await Promise.all(this.#releases);
    if (this.#partitions.length > 0) await listener.revoked(this.#partitions);
    clearInterval(this.#timer);
    await groups.remove(key, this.#id);
    this.#partitions = [];
    this.#unlock();
    onMoved();
  }

  #unlock(): void {
    this.#lock?.release();
    if (this.#lock) rmSync(memberLock(this.#options.folder, this.#id), { force: true });
    this.#lock = undefined;
  }
}
