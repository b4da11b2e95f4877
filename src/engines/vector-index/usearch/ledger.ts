/** What is known of every key: its row, its version, who may find it; and the versions of removed keys. */
import { everyone } from '../check.ts';

/** A list of audiences that entries share. */
interface Group {
  readonly names: readonly string[];
  readonly public: boolean;
}

/** The ledger as columns of live entries and of removed keys: what is written to disk. */
export interface LedgerColumns {
  readonly keys: BigUint64Array;
  readonly rows: Uint32Array;
  readonly versions: Float64Array;
  /** Positions in `groups`. */
  readonly groupOf: Uint32Array;
  readonly groups: readonly (readonly string[])[];
  readonly removedKeys: BigUint64Array;
  readonly removedVersions: Float64Array;
}

/** Keys, versions and audiences by row; row numbers come from the caller. */
export class Ledger {
  readonly #rows = new Map<bigint, number>();
  readonly #removed = new Map<bigint, number>();
  readonly #keys: bigint[] = [];
  readonly #versions: number[] = [];
  readonly #groupOf: (Group | undefined)[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #members = new Map<string, Set<number>>();
  #public = 0;

  /** Number of live entries. */
  get size(): number {
    return this.#rows.size;
  }

  /** Number of live entries that everybody may find. */
  get publicSize(): number {
    return this.#public;
  }

  /** The row of a live key. */
  rowOf(key: bigint): number | undefined {
    return this.#rows.get(key);
  }

  /** The key of a live row. */
  readonly keyOf = (row: number): bigint => this.#keys[row] ?? 0n;

  /** Whether everybody may find the row. */
  isPublic(row: number): boolean {
    return this.#groupOf[row]?.public ?? false;
  }

  /** Whether one of the audiences may find the row. */
  isFor(row: number, audiences: readonly string[]): boolean {
    return this.#groupOf[row]?.names.some((name) => audiences.includes(name)) ?? false;
  }

  /** Rows, public ones too, that a given audience other than everybody may find. */
  rowsFor(audience: string): Iterable<number> {
    return this.#members.get(audience) ?? [];
  }

  /** Whether an upsert of this version counts: none newer is known, and no removal of the same version. */
  accepts(key: bigint, version: number): boolean {
    const row = this.#rows.get(key);
    return row === undefined
      ? version > (this.#removed.get(key) ?? -1)
      : version >= (this.#versions[row] ?? 0);
  }

  /** Whether a removal of this version counts. */
  acceptsRemoval(key: bigint, version: number): boolean {
    const row = this.#rows.get(key);
    return version >= (row === undefined ? (this.#removed.get(key) ?? -1) : (this.#versions[row] ?? 0));
  }

  /** Notes what holds for a live key from now on. A key keeps its row while it lives. */
  put(key: bigint, row: number, version: number, audiences: readonly string[]): void {
    this.#leaveGroup(row);
    this.#removed.delete(key);
    this.#rows.set(key, row);
    this.#keys[row] = key;
    this.#versions[row] = version;
    this.#joinGroup(row, this.#group(audiences));
  }

  /** Notes that a key is gone as of a version. */
  drop(key: bigint, version: number): void {
    const row = this.#rows.get(key);
    if (row !== undefined) this.#leaveGroup(row);
    this.#rows.delete(key);
    this.#removed.set(key, version);
  }

  #group(audiences: readonly string[]): Group {
    const id = JSON.stringify(audiences);
    const group = this.#groups.get(id) ?? { names: [...audiences], public: audiences.includes(everyone) };
    this.#groups.set(id, group);
    return group;
  }

  #joinGroup(row: number, group: Group): void {
    this.#groupOf[row] = group;
    if (group.public) this.#public++;
    for (const name of group.names) {
      if (name === everyone) continue;
      const members = this.#members.get(name) ?? new Set();
      this.#members.set(name, members.add(row));
    }
  }

  #leaveGroup(row: number): void {
    const group = this.#groupOf[row];
    this.#groupOf[row] = undefined;
    if (group?.public) this.#public--;
    for (const name of group?.names ?? []) {
      const members = this.#members.get(name);
      members?.delete(row);
      if (members?.size === 0) this.#members.delete(name);
    }
  }

  /** The whole ledger; shares nothing with it. */
  columns(): LedgerColumns {
    const rows = Uint32Array.from(this.#rows.values());
    const groups = [...new Set(Array.from(rows, (row) => this.#groupOf[row]))];
    const positions = new Map(groups.map((group, i) => [group, i]));
    return {
      keys: BigUint64Array.from(this.#rows.keys()),
      rows,
      versions: Float64Array.from(rows, (row) => this.#versions[row] ?? 0),
      groupOf: Uint32Array.from(rows, (row) => positions.get(this.#groupOf[row]) ?? 0),
      groups: groups.map((group) => group?.names ?? []),
      removedKeys: BigUint64Array.from(this.#removed.keys()),
      removedVersions: Float64Array.from(this.#removed.values()),
    };
  }

  /** The ledger that `columns` came from. */
  static from(columns: LedgerColumns): Ledger {
    const ledger = new Ledger();
    for (const [i, key] of columns.keys.entries()) {
      const audiences = columns.groups[columns.groupOf[i] ?? 0] ?? [];
      ledger.put(key, columns.rows[i] ?? 0, columns.versions[i] ?? 0, audiences);
    }
    for (const [i, key] of columns.removedKeys.entries()) ledger.drop(key, columns.removedVersions[i] ?? 0);
    return ledger;
  }
}
