/** The queries service. */
import type { Warehouse } from '#engines/warehouse/port';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
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
    const tables = tablesIn(await this.#deps.archive.mirror());
    const answer = await this.#deps.warehouse.query({
      sql: asked,
      tables,
      maxRows: limit,
      timeoutMs,
      signal,
    });
    return answer as QueryAnswer;
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
