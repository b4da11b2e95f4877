/**
 * DuckDB over the files of one folder, closed against everything else: before the first question, access outside of that
 * folder is turned off, extensions too, and the configuration is locked.
 */
import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import type { Json } from '#kernel/json';
import type { AnswerColumn, WarehouseAnswer, WarehouseTable, WarehouseType } from '../port.ts';
import type { DuckdbLimits, DuckdbOrder, DuckdbReply } from './messages.ts';
import { refusalOf } from './statement.ts';
import { columnOf, plainValue } from './values.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const types: Record<WarehouseType, string> = {
  text: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  time: 'TIMESTAMPTZ',
  date: 'DATE',
};

/** The columns that are names of folders in a pattern. */
const folderColumns = ({ pattern }: WarehouseTable): string[] =>
  [...pattern.matchAll(/([a-z_]+)=/g)].map(([, name = '']) => name);

function viewSql(table: WarehouseTable, hasFiles: boolean): string {
  const { name, folder, pattern, columns } = table;
  const head = `create or replace view ${named(name)} as select`;
  if (!hasFiles)
    return `${head} ${columns.map((one) => `null::${types[one.type]} as ${named(one.name)}`).join(', ')} where false`;
  const inFolders = folderColumns(table);
  const typed = columns
    .filter((one) => inFolders.includes(one.name))
    .map((one) => `${named(one.name)}: ${types[one.type]}`);
  const listed = table.files?.map((file) => quoted(`${folder}/${file}`)).join(', ');
  const from = listed === undefined ? quoted(`${folder}/${pattern}`) : `[${listed}]`;
  const files = `read_parquet(${from}, hive_partitioning = true, hive_types = {${typed.join(', ')}})`;
  return `${head} ${columns.map((one) => named(one.name)).join(', ')} from ${files}`;
}

/** The first line of what DuckDB says: the rest points into the statement. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** Whether a file that was named is not there. */
const isGone = (error: unknown): boolean =>
  /^IO Error: (No files found|Cannot open file .*No such file)/.test(firstLine(error));

function refusalFor(error: unknown, { limits, timeoutMs }: DuckdbOrder): string {
  const line = firstLine(error);
  if (line.startsWith('INTERRUPT')) return `took longer than ${timeoutMs / 1000} seconds`;
  if (line.startsWith('Out of Memory')) return `needs more than ${limits.memoryMb} MB of memory`;
  return `cannot be answered: ${line}`;
}

/** One process's. */
export class DuckdbSession {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Opens DuckDB for the files of a folder. */
  static async open(folder: string, { memoryMb, threads }: DuckdbLimits): Promise<DuckdbSession> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${memoryMb}MB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const connection = await instance.connect();
    for (const setting of [
      `temp_directory = ''`,
      `timezone = 'UTC'`,
      `allowed_directories = [${quoted(`${folder}/`)}]`,
      'enable_external_access = false',
      'lock_configuration = true',
    ])
      await connection.run(`set ${setting}`);
    return new DuckdbSession(connection);
  }

  /** Answers a question, or says why not. */
  async reply(order: DuckdbOrder): Promise<DuckdbReply> {
    const started = performance.now();
    const tree = await this.#treeOf(order.sql);
    const refusal = refusalOf(
      tree,
      order.tables.map(({ name }) => name),
    );
    if (refusal !== undefined) return { refusal };
    const timer = setTimeout(() => this.#connection.interrupt(), order.timeoutMs);
    try {
      for (const table of order.tables) await this.#connection.run(await this.#view(table));
      const reader = await this.#connection.streamAndReadUntil(order.sql, order.maxRows + 1);
      return { answer: { ...answerOf(reader, order), ms: Math.round(performance.now() - started) } };
    } catch (error) {
      return isGone(error) ? { gone: true } : { refusal: refusalFor(error, order) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #treeOf(sql: string): Promise<Json> {
    const reader = await this.#connection.runAndReadAll('select json_serialize_sql($1::varchar)', [sql]);
    return JSON.parse(String(reader.value(0, 0))) as Json;
  }

  async #view(table: WarehouseTable): Promise<string> {
    if (table.files) return viewSql(table, table.files.length > 0);
    const pattern = `${table.folder}/${table.pattern}`;
    const reader = await this.#connection.runAndReadAll(`select 1 from glob(${quoted(pattern)}) limit 1`);
    return viewSql(table, reader.currentRowCount > 0);
  }
}

function answerOf(reader: DuckDBResultReader, { maxRows, limits }: DuckdbOrder): Omit<WarehouseAnswer, 'ms'> {
  const names = reader.columnNames();
  const columns = reader.columnTypes().map((type, i) => columnOf(names[i] ?? '', String(type)));
  const all = reader.getRowsJson();
  const rows: Json[][] = [];
  let chars = 0;
  for (const row of all.slice(0, maxRows)) {
    const values = row.map((value, i) => plainValue(value as Json, columns[i] as AnswerColumn));
    chars += JSON.stringify(values).length;
    if (chars > limits.answerChars) break;
    rows.push(values);
  }
  return { columns, rows, isCut: rows.length < all.length };
}
