/** Audiences by number, as rows refer to them. */
import type { DatabaseSync } from 'node:sqlite';

/** Names and numbers of audiences; numbers stay until `forget`. */
export class Audiences {
  readonly #numbers = new Map<string, number>();
  readonly #find;
  readonly #add;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT number FROM audience WHERE name = ?');
    this.#add = database.prepare('INSERT INTO audience (name) VALUES (?) RETURNING number');
  }

  /** The numbers of those names that any document ever had, as a JSON array for `json_each`. */
  known(names: readonly string[]): string {
    return JSON.stringify(names.flatMap((name) => this.#number(name) ?? []));
  }

  /** A name's number, given to it now if need be. Call within a transaction. */
  ensure(name: string): number {
    return this.#number(name) ?? this.#keep(name, this.#add.get(name));
  }

  /** Drops what is remembered, after the tables were emptied or a transaction failed. */
  forget(): void {
    this.#numbers.clear();
  }

  #number(name: string): number | undefined {
    const kept = this.#numbers.get(name);
    if (kept !== undefined) return kept;
    const row = this.#find.get(name);
    return row === undefined ? undefined : this.#keep(name, row);
  }

  #keep(name: string, row: Record<string, unknown> | undefined): number {
    const number = Number(row?.['number']);
    if (this.#numbers.size > 10_000) this.#numbers.clear();
    this.#numbers.set(name, number);
    return number;
  }
}
