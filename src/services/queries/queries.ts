/** The queries service. */
import type { Warehouse, WarehouseAnswer, WarehouseQuestion } from '#engines/warehouse/port';
import { ConflictError, InvalidInputError, NotFoundError } from '#kernel/errors';
import type { Archive } from '#services/archive/contract';
import type { Queries, QueryAnswer, QueryRequest } from './contract.ts';
import { readyQueries } from './ready.ts';
import { queryTables, tablesIn } from './tables.ts';

/** What the service stands on. */
export interface QueriesDeps {
  readonly archive: Pick<Archive, 'mirror'>;
  readonly warehouse: Warehouse;
}

const timeoutMs = 30_000;
const rows = { usual: 1000, most: 100_000 } as const;

/** Runs in the process that holds the data folder. */
export class ArchiveQueries implements Queries {
  readonly ready = readyQueries;
  readonly tables = queryTables;
  readonly #deps: QueriesDeps;

  constructor(deps: QueriesDeps) {
    this.#deps = deps;
  }

  async ask({ sql, query, limit = rows.usual, signal }: QueryRequest): Promise<QueryAnswer> {
    if ((sql === undefined) === (query === undefined))
      throw new InvalidInputError('sql', 'or query must be given, and not both');
    if (!Number.isInteger(limit) || limit < 1 || limit > rows.most)
      throw new InvalidInputError('limit', `must be a whole number from 1 to ${rows.most}`);
    const asked = sql ?? this.#readySql(String(query));
    const answer = await this.#ask({ sql: asked, maxRows: limit, timeoutMs, signal });
    return answer as QueryAnswer;
  }

  /** Asks the files as they are; again where a merge took some away meanwhile. */
  async #ask(question: Omit<WarehouseQuestion, 'tables'>): Promise<WarehouseAnswer> {
    for (let tries = 5; ; tries--) {
      try {
        const tables = tablesIn(await this.#deps.archive.mirror());
        return await this.#deps.warehouse.query({ ...question, tables });
      } catch (error) {
        const isMoved = error instanceof ConflictError || error instanceof NotFoundError;
        if (!isMoved || tries === 0) throw error;
      }
    }
  }

  close(): Promise<void> {
    return this.#deps.warehouse.close();
  }

  #readySql(name: string): string {
    const found = this.ready.find((one) => one.name === name);
    if (found) return found.sql;
    throw new NotFoundError(
      `ready-made query: ${name} (there are ${this.ready.map((one) => one.name).join(', ')})`,
    );
  }
}
