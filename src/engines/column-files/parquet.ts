/**
 * Column files as Parquet (zstd). DuckDB writes, from lines of JSON in a file beside the target: at a quarter of the cost of
 * an encoder in JavaScript; it is loaded at the first write and takes 100 MB, so write in a process that ends. Reading is
 * done without it, by hyparquet.
 */
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { zstdDecompressSync } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Column, ColumnFiles, ColumnType, Row, RowSpan } from './port.ts';

/** Small enough that decoding a group holds nobody up, large enough to compress well. */
const groupRows = 10_240;

/** As lines of JSON hold them, and what they become. */
const types: Record<ColumnType, { readonly line: string; readonly file: (name: string) => string }> = {
  text: { line: 'VARCHAR', file: (name) => name },
  integer: { line: 'INTEGER', file: (name) => name },
  bigint: { line: 'BIGINT', file: (name) => name },
  time: { line: 'BIGINT', file: (name) => `make_timestamp_ms(${name})::timestamptz as ${name}` },
};

const all: RowSpan = { from: 0, to: Number.POSITIVE_INFINITY };

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function copySql(path: string, lines: string, columns: readonly Column[]): string {
  const spec = columns.map(({ name, type }) => `${named(name)}: '${types[type].line}'`).join(', ');
  const picked = columns.map(({ name, type }) => types[type].file(named(name))).join(', ');
  return `copy (
      select ${picked} from read_json(${quoted(lines)},
        format = 'newline_delimited', columns = {${spec}}, maximum_object_size = 67108864)
    ) to ${quoted(path)} (format parquet, compression zstd, row_group_size ${groupRows})`;
}

/** A row as a line of JSON; what is missing is left out. */
function lineOf(row: Row, fields: readonly { readonly name: string; readonly head: string }[]): string {
  let line = '';
  for (const { name, head } of fields) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    line += (line === '' ? '{' : ',') + head + (typeof value === 'string' ? JSON.stringify(value) : value);
  }
  return line === '' ? '{}\n' : `${line}}\n`;
}

/** A value of a file as a row holds it. */
function plain(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'bigint') return value.toString();
  return value as string | number;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A local file as hyparquet reads it. */
async function openBuffer(path: string) {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start: number, end = size): Promise<ArrayBuffer> {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new RangeError('the file ends too early');
      return bytes.buffer;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

class Parquet implements ColumnFiles {
  readonly #memoryMb: number;
  #connection: Promise<DuckDBConnection> | undefined;

  constructor(memoryMb: number) {
    this.#memoryMb = memoryMb;
  }

  async write(
    path: string,
    columns: readonly Column[],
    rows: AsyncIterable<readonly Row[]>,
  ): Promise<number> {
    const lines = `${path}.lines`;
    const fields = columns.map(({ name }) => ({ name, head: `${JSON.stringify(name)}:` }));
    let count = 0;
    async function* text(): AsyncIterable<string> {
      for await (const some of rows) {
        count += some.length;
        let piece = '';
        for (const row of some) piece += lineOf(row, fields);
        yield piece;
      }
    }
    try {
      await pipeline(Readable.from(text()), createWriteStream(lines));
      const connection = await this.#connect();
      await connection.run(copySql(path, lines, columns)).catch((error: unknown) => {
        throw new InvalidInputError('rows', `cannot be written: ${(error as Error).message}`, error);
      });
      return count;
    } finally {
      await rm(lines, { force: true });
    }
  }

  async *read(path: string, columns: readonly Column[], span: RowSpan = all): AsyncIterable<Row[]> {
    try {
      const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
      await using file = await openBuffer(path);
      const metadata = await parquetMetadataAsync(file);
      const wanted = { file, metadata, columns: columns.map(({ name }) => name) };
      const compressors = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes) };
      let groupStart = 0;
      for (const group of metadata.row_groups) {
        const groupEnd = groupStart + Number(group.num_rows);
        const [rowStart, rowEnd] = [Math.max(groupStart, span.from), Math.min(groupEnd, span.to)];
        groupStart = groupEnd;
        if (rowStart >= rowEnd) continue;
        const rows = await parquetReadObjects({ ...wanted, rowStart, rowEnd, compressors });
        yield rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
        );
      }
    } catch (error) {
      throw this.#unreadable(path, error);
    }
  }

  async count(path: string): Promise<number> {
    try {
      const { parquetMetadataAsync } = await import('hyparquet');
      await using file = await openBuffer(path);
      return Number((await parquetMetadataAsync(file)).num_rows);
    } catch (error) {
      throw this.#unreadable(path, error);
    }
  }

  async close(): Promise<void> {
    const connection = await this.#connection;
    this.#connection = undefined;
    connection?.closeSync();
  }

  #unreadable(path: string, error: unknown): UnavailableError {
    const cause = isMissing(error) ? 'is not there' : 'is no whole Parquet file';
    return new UnavailableError(`${path} ${cause}`, error);
  }

  #connect(): Promise<DuckDBConnection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  async #open(): Promise<DuckDBConnection> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: `${this.#memoryMb}MB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run(`set timezone = 'UTC'`);
    return connection;
  }
}

/** Parquet files. `memoryMb` is what DuckDB may take while it writes; 256 by default. */
export function parquetFiles(memoryMb = 256): ColumnFiles {
  return new Parquet(memoryMb);
}
