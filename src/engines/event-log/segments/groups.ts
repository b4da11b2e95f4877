/**
 * What all processes know of groups: committed offsets, members, and whose each partition is; in one SQLite file, so that
 * every step is a transaction whichever process takes it.
 *
 * There is no leader. Each member looks in every few hundred milliseconds: it says that it lives, removes those that do not,
 * and writes down who should have which partition (`target`) where that is not so already. An owner gives back what is to be
 * another's (`owner` becomes null), and only then the other takes it. A member lives while it looks in often enough and its
 * process holds the lock of its file; a death is seen at the next look, a hang when the session is over. Commits name their
 * owner in the transaction: whoever lost a partition cannot commit for it.
 *
 * Source of the two-step handover: Kafka's incremental cooperative rebalancing (KIP-429).
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';
import { holdFile } from '#kernel/file-lock';
import { type Durability, openSqlite, preparedIn } from '#kernel/sqlite';
import { SqliteWriter } from '#kernel/sqlite-writer';
import { sharedOut } from './shares.ts';

const schema = [
  `create table offsets (
    name text not null, topic text not null, partition integer not null, next integer not null,
    primary key (name, topic, partition)
  ) strict, without rowid;
  create table members (
    id text primary key, name text not null, topic text not null, seen_at integer not null
  ) strict, without rowid;
  create index members_of on members (name, topic);
  create table shares (
    name text not null, topic text not null, partition integer not null, owner text, target text,
    primary key (name, topic, partition)
  ) strict, without rowid;`,
];

/** A group on a topic. */
export interface GroupKey {
  readonly group: string;
  readonly topic: string;
}

/** What a member finds when it looks in. */
export interface Look {
  /** Whether it is still a member; when not, the rest is empty. */
  readonly isMember: boolean;
  /** Partitions that are its own. */
  readonly owned: number[];
  /** Those among them that are to be another's. */
  readonly leaving: number[];
}

/** Where the groups are kept. */
export interface GroupsOptions {
  /** The log's folder. */
  readonly folder: string;
  readonly partitions: number;
  readonly durability: Durability;
  /** Milliseconds after which a member that does not look in is taken for dead. */
  readonly sessionMs: number;
}

/** The lock of a member's process. It is not to be mistaken for a topic: names of topics begin with a letter. */
export const memberLock = (folder: string, id: string): string => path.join(folder, '_members', `${id}.lock`);

interface Share {
  readonly partition: number;
  readonly owner: string | null;
  readonly target: string | null;
}

/** Several processes may open the same. */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #db: DatabaseSync;
  readonly #writer: SqliteWriter;
  readonly #prepared: ReturnType<typeof preparedIn>;

  constructor(options: GroupsOptions) {
    this.#options = options;
    this.#db = openSqlite({ ...options, path: path.join(options.folder, 'groups.sqlite'), schema });
    this.#writer = new SqliteWriter(this.#db, 'the event log');
    this.#prepared = preparedIn(this.#db);
  }

  /** The stored offset; 0 when there is none. */
  committed({ group, topic }: GroupKey, partition: number): number {
    const sql = 'select next from offsets where name = ? and topic = ? and partition = ?';
    return Number(this.#prepared(sql).get(group, topic, partition)?.['next'] ?? 0);
  }

  /** Stores an offset for a group without members, or for the member that owns the partition; durable when it resolves. */
  commit(key: GroupKey, partition: number, offset: number, member?: string): Promise<void> {
    const { group, topic } = key;
    const sql = `insert into offsets values (?, ?, ?, ?)
      on conflict do update set next = excluded.next`;
    return this.#writer.run(() => {
      if (member === undefined) this.#requireNoMembers(key);
      else this.#requireOwner(key, partition, member);
      this.#prepared(sql).run(group, topic, partition, offset);
    });
  }

  /** Adds a member; it gets its share by looking in. Its lock must be held. */
  add({ group, topic }: GroupKey, id: string): Promise<void> {
    return this.#writer.run(() => {
      this.#prepared('insert into members values (?, ?, ?, ?)').run(id, group, topic, this.#now());
      const share = this.#prepared('insert or ignore into shares values (?, ?, ?, null, null)');
      for (let partition = 0; partition < this.#options.partitions; partition++)
        share.run(group, topic, partition);
    });
  }

  /** Says that a member lives, removes dead ones, shares out what has to be, takes what is free for the member. */
  look(key: GroupKey, id: string): Promise<Look> {
    return this.#writer.run(() => {
      const touched = this.#prepared('update members set seen_at = ? where id = ?').run(this.#now(), id);
      if (touched.changes === 0) return { isMember: false, owned: [], leaving: [] };
      this.#removeDead(key, id);
      this.#retarget(key);
      this.#takeFree(key, id);
      const own = this.#shares(key).filter(({ owner }) => owner === id);
      const places = (shares: readonly Share[]): number[] => shares.map(({ partition }) => partition);
      return { isMember: true, owned: places(own), leaving: places(own.filter((one) => one.target !== id)) };
    });
  }

  /** Gives partitions back. */
  release({ group, topic }: GroupKey, id: string, partitions: readonly number[]): Promise<void> {
    const sql = `update shares set owner = null
      where name = ? and topic = ? and partition = ? and owner = ?`;
    return this.#writer.run(() => {
      for (const partition of partitions) this.#prepared(sql).run(group, topic, partition, id);
    });
  }

  /** Removes a member and gives back all that is its. */
  remove(key: GroupKey, id: string): Promise<void> {
    return this.#writer.run(() => {
      this.#remove(key, id);
      this.#retarget(key);
    });
  }

  /** Finishes what waits and lets go of the file. */
  close(): void {
    if (!this.#db.isOpen) return;
    this.#writer.close();
    this.#db.close();
  }

  /** Members of all processes are judged by the machine's clock, whatever time the log writes. */
  #now(): number {
    return systemClock.now();
  }

  #members({ group, topic }: GroupKey): { id: string; seenAt: number }[] {
    const sql = 'select id, seen_at from members where name = ? and topic = ?';
    return this.#prepared(sql)
      .all(group, topic)
      .map((row) => ({ id: String(row['id']), seenAt: Number(row['seen_at']) }));
  }

  #shares({ group, topic }: GroupKey): Share[] {
    const sql = `select partition, owner, target from shares where name = ? and topic = ? order by partition`;
    return this.#prepared(sql).all(group, topic) as unknown as Share[];
  }

  #requireNoMembers(key: GroupKey): void {
    const living = this.#members(key).filter(({ id, seenAt }) => this.#lives(id, seenAt));
    if (living.length === 0) return;
    throw new ConflictError(`the group ${key.group} has members, who alone commit for it`);
  }

  #requireOwner(key: GroupKey, partition: number, id: string): void {
    if (this.#shares(key)[partition]?.owner === id) return;
    throw new ConflictError(`partition ${partition} of ${key.topic} is not this member's any more`);
  }

  #removeDead(key: GroupKey, self: string): void {
    for (const { id, seenAt } of this.#members(key)) {
      if (id !== self && !this.#lives(id, seenAt)) this.#remove(key, id);
    }
  }

  #lives(id: string, seenAt: number): boolean {
    if (seenAt < this.#now() - this.#options.sessionMs) return false;
    const file = memberLock(this.#options.folder, id);
    const lock = holdFile(file);
    lock?.release();
    if (lock) rmSync(file, { force: true });
    return lock === undefined;
  }

  #remove({ group, topic }: GroupKey, id: string): void {
    this.#prepared('delete from members where id = ?').run(id);
    const sql = 'update shares set owner = null where name = ? and topic = ? and owner = ?';
    this.#prepared(sql).run(group, topic, id);
  }

  #retarget(key: GroupKey): void {
    const shares = this.#shares(key);
    const members = this.#members(key).map(({ id }) => id);
    const targets = sharedOut(
      members,
      shares.map(({ target }) => target),
    );
    const sql = 'update shares set target = ? where name = ? and topic = ? and partition = ?';
    for (const { partition, target } of shares) {
      const wanted = targets[partition] ?? null;
      if (wanted !== target) this.#prepared(sql).run(wanted, key.group, key.topic, partition);
    }
  }

  #takeFree({ group, topic }: GroupKey, id: string): void {
    const sql = `update shares set owner = ?1
      where name = ?2 and topic = ?3 and target = ?1 and owner is null`;
    this.#prepared(sql).run(id, group, topic);
  }
}
