/** Where in a segment some of its events are: enough to find any of them by a short walk. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** At least this many bytes lie between two entries. */
const spacingBytes = 16 * 1024;
const format = 1;

/** What an index covers: all frames before `size`, the next offset being `end`. */
export interface Coverage {
  readonly size: number;
  readonly end: number;
}

/** Offsets and positions, both ascending. */
export class SparseIndex {
  readonly #offsets: number[] = [];
  readonly #positions: number[] = [];

  /** Hears of a frame; keeps it when it is far enough from the last one kept. Frames come in order. */
  note(offset: number, position: number): void {
    const last = this.#positions.at(-1);
    if (last !== undefined && position - last < spacingBytes) return;
    this.#offsets.push(offset);
    this.#positions.push(position);
  }

  /** The position of the last kept frame at or before `offset`; 0 when none. */
  find(offset: number): number {
    let [low, high] = [0, this.#offsets.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#positions[low - 1] ?? 0;
  }

  /** Stores the index with what it covers. Only to be called when the covered bytes are on disk. */
  async save(file: string, covers: Coverage): Promise<void> {
    const numbers = Float64Array.of(format, covers.size, covers.end, ...this.#offsets, ...this.#positions);
    const body = Buffer.from(numbers.buffer);
    const sum = Buffer.alloc(8);
    sum.writeUInt32LE(crc32(body));
    await writeFile(`${file}.tmp`, Buffer.concat([sum, body]));
    await rename(`${file}.tmp`, file);
  }

  /** Reads a stored index; undefined when there is none that is sound. */
  static async load(file: string): Promise<{ index: SparseIndex; covers: Coverage } | undefined> {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (bytes.length < 32 || bytes.length % 16 !== 0) return undefined;
    const body = bytes.subarray(8);
    if (crc32(body) !== bytes.readUInt32LE(0)) return undefined;
    const [version, size = 0, end = 0, ...entries] = new Float64Array(Uint8Array.from(body).buffer);
    if (version !== format) return undefined;
    const index = new SparseIndex();
    index.#offsets.push(...entries.slice(0, entries.length / 2));
    index.#positions.push(...entries.slice(entries.length / 2));
    return { index, covers: { size, end } };
  }
}
