/**
 * Which tables there are. Only what is there is remembered, for another process may make what is missing at any time, and
 * what is remembered may be gone when a shard was erased: then whoever stumbles over it calls `forget`.
 */
import type { Connections } from './connections.ts';
import type { Layout } from './layout.ts';
import type { Link } from './link.ts';
import { quoted, text } from './literals.ts';
import { makingSql } from './schema.ts';

/** Most schemas that one look covers. */
const lookSize = 64;

/** Of all shards of a server. */
export class Catalog {
  readonly #layout: Layout;
  readonly #connections: Connections;
  readonly #tables = new Map<string, Set<string>>();

  constructor(layout: Layout, connections: Connections) {
    this.#layout = layout;
    this.#connections = connections;
  }

  /** A table's full name in SQL. */
  named(shard: number, table: string): string {
    return `${quoted(this.#layout.schema(shard))}.${quoted(table)}`;
  }

  /** Whether a table is known to be there. */
  has(shard: number, table: string): boolean {
    return this.#tables.get(this.#layout.schema(shard))?.has(table) ?? false;
  }

  /** Known tables of a shard. */
  tables(shard: number): string[] {
    return [...(this.#tables.get(this.#layout.schema(shard)) ?? [])];
  }

  /** Forgets what is known of a shard. */
  forget(shard: number): void {
    this.#tables.delete(this.#layout.schema(shard));
  }

  /** Looks which tables shards have. Cost: a round trip for 64 schemas. */
  async look(link: Link, shards: readonly number[]): Promise<void> {
    const schemas = [...new Set(shards.map((shard) => this.#layout.schema(shard)))];
    for (let start = 0; start < schemas.length; start += lookSize) {
      // A constant name each, which spares MariaDB from reading every schema's folder.
      const each = schemas
        .slice(start, start + lookSize)
        .map(
          (schema) =>
            `select table_schema, table_name from information_schema.tables where table_schema = ${text(schema)}`,
        );
      const [answer] = await link.run([each.join(' union all ')]);
      for (const [schema, table] of answer?.rows ?? []) this.#note(String(schema), String(table));
    }
  }

  /** Makes tables that are missing. */
  async ensure(shard: number, tables: readonly string[]): Promise<void> {
    const missing = () => tables.filter((table) => !this.has(shard, table));
    if (missing().length === 0) return;
    await this.#connections.write(shard, async (link) => {
      await this.look(link, [shard]);
      const names = missing();
      const schema = this.#layout.schema(shard);
      if (names.length > 0) await link.run(makingSql(this.#layout, schema, names));
      for (const name of names) this.#note(schema, name);
    });
  }

  #note(schema: string, table: string): void {
    const tables = this.#tables.get(schema);
    if (tables) tables.add(table);
    else this.#tables.set(schema, new Set([table]));
  }
}
