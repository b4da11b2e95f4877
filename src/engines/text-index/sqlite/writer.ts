/** Writes to the text index. */
import type { DatabaseSync } from 'node:sqlite';
import type { TextDocument, TextIndex } from '../port.ts';
import type { Audiences } from './audiences.ts';
import { CompletionCounts } from './completion-counts.ts';
import { fieldsOf } from './fields.ts';
import { clearing, columnWeights, shelves } from './schema.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What `remove` takes. */
export type Removal = Parameters<TextIndex['remove']>[0][number];

interface Stored {
  readonly kind: TextDocument['kind'];
  readonly version: number;
  readonly removed: boolean;
  readonly title: string;
  readonly tags: string[];
  readonly audiences: number[];
}

/** Applies documents and removals, each call in one transaction. */
export class Writer {
  readonly #database: DatabaseSync;
  readonly #audiences: Audiences;
  readonly #vocabulary: Vocabulary;
  readonly #counts: CompletionCounts;
  readonly #statements;

  constructor(database: DatabaseSync, audiences: Audiences, vocabulary: Vocabulary) {
    this.#database = database;
    this.#audiences = audiences;
    this.#vocabulary = vocabulary;
    this.#counts = new CompletionCounts(database);
    this.#statements = prepare(database);
  }

  /** Adds or replaces; ignores what is older than the stored version, and what was removed at that version or a later one. */
  index(documents: readonly TextDocument[]): void {
    this.#transaction(() => {
      for (const document of documents) this.#indexOne(document);
    });
  }

  /** Removes and leaves a tombstone; ignores removals older than the stored version. */
  remove(removals: readonly Removal[]): void {
    this.#transaction(() => {
      for (const { id, version } of removals) {
        const stored = this.#stored(id);
        if (stored !== undefined && stored.version > version) continue;
        if (stored !== undefined) this.#takeOut(id, stored);
        this.#statements.put.run(BigInt(id), stored?.kind ?? 'pin', version, 1, '', '[]');
      }
    });
  }

  /** Forgets everything, tombstones too. */
  clear(): void {
    this.#transaction(() => this.#database.exec(clearing));
    this.#forget();
  }

  #indexOne(document: TextDocument): void {
    const stored = this.#stored(document.id);
    if (stored !== undefined) {
      const late = stored.removed ? stored.version >= document.version : stored.version > document.version;
      if (late) return;
      this.#takeOut(document.id, stored);
    }
    const id = BigInt(document.id);
    const { columns, vocabulary } = fieldsOf(document);
    this.#statements.shelve[document.kind].run(id, ...columns);
    this.#vocabulary.add(vocabulary);
    const audiences = [...new Set(document.audiences)].map((name) => this.#audiences.ensure(name));
    for (const audience of audiences) this.#statements.show.run(id, audience);
    this.#counts.add(document, audiences, 1);
    const tags = JSON.stringify(document.tags);
    this.#statements.put.run(id, document.kind, document.version, 0, document.title, tags);
  }

  #takeOut(id: string, stored: Stored): void {
    if (stored.removed) return;
    this.#statements.unshelve[stored.kind].run(BigInt(id));
    this.#statements.hide.run(BigInt(id));
    this.#counts.add(stored, stored.audiences, -1);
  }

  #stored(id: string): Stored | undefined {
    const row = this.#statements.get.get(BigInt(id));
    if (row === undefined) return undefined;
    const seen = this.#statements.seen.all(BigInt(id));
    return {
      kind: row['kind'] as Stored['kind'],
      version: Number(row['version']),
      removed: row['removed'] === 1,
      title: String(row['title']),
      tags: JSON.parse(String(row['tags'])) as string[],
      audiences: seen.map(({ audience }) => Number(audience)),
    };
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#counts.flush();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.#counts.discard();
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#audiences.forget();
    this.#vocabulary.forget();
  }
}

function prepare(database: DatabaseSync) {
  const places = Array.from({ length: columnWeights.length + 1 }, () => '?').join(', ');
  const columns = 'rowid, title, tags, body, extra, title_stems, other_stems';
  const shelve = (table: string) => database.prepare(`INSERT INTO ${table} (${columns}) VALUES (${places})`);
  const unshelve = (table: string) => database.prepare(`DELETE FROM ${table} WHERE rowid = ?`);
  const { pin, board, user } = shelves;
  return {
    shelve: { pin: shelve(pin), board: shelve(board), user: shelve(user) },
    unshelve: { pin: unshelve(pin), board: unshelve(board), user: unshelve(user) },
    get: database.prepare('SELECT kind, version, removed, title, tags FROM document WHERE id = ?'),
    put: database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)'),
    seen: database.prepare('SELECT audience FROM seen WHERE id = ?'),
    show: database.prepare('INSERT INTO seen (id, audience) VALUES (?, ?)'),
    hide: database.prepare('DELETE FROM seen WHERE id = ?'),
  };
}
