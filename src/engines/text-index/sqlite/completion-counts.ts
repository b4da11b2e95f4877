/** How many documents of each audience offer a completion, summed up over a transaction before they are written. */
import type { DatabaseSync } from 'node:sqlite';
import type { TextDocument } from '../port.ts';
import { completionsOf } from './fields.ts';

interface Delta {
  by: number;
  shown: string;
}

/** Pending changes of the counts. */
export class CompletionCounts {
  readonly #pending = new Map<number, Map<string, Delta>>();
  readonly #add;
  readonly #prune;

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(`
      INSERT INTO completion (audience, text, shown, documents) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET documents = documents + excluded.documents`);
    this.#prune = database.prepare(
      'DELETE FROM completion WHERE audience = ? AND text = ? AND documents <= 0',
    );
  }

  /** Counts a document in (1) or out (-1) for each of its audiences. */
  add(document: Pick<TextDocument, 'title' | 'tags'>, audiences: readonly number[], by: 1 | -1): void {
    const completions = completionsOf(document);
    for (const audience of audiences) {
      const deltas = this.#pending.get(audience) ?? new Map<string, Delta>();
      this.#pending.set(audience, deltas);
      for (const [text, shown] of completions) {
        const delta = deltas.get(text);
        if (delta) delta.by += by;
        else deltas.set(text, { by, shown });
      }
    }
  }

  /** Writes what is pending; call at the end of the transaction. */
  flush(): void {
    for (const [audience, deltas] of this.#pending) {
      for (const [text, { by, shown }] of deltas) {
        if (by !== 0) this.#add.run(audience, text, shown, by);
        if (by < 0) this.#prune.run(audience, text);
      }
    }
    this.#pending.clear();
  }

  /** Forgets what is pending, when the transaction failed. */
  discard(): void {
    this.#pending.clear();
  }
}
