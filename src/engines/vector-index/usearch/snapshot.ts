/** Writes an index into a generation's folder and reads it back. */

import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { syncFile } from '#kernel/sync';
import { type FileSum, sumFile, writeFileDurably } from './checked-file.ts';
import { Graph, graphFormat } from './graph.ts';
import { Ledger, type LedgerColumns } from './ledger.ts';
import type { LibraryParts } from './library.ts';
import { VectorRows } from './vector-rows.ts';

/** The file that describes the others; it is written last. */
const manifestName = 'manifest.json';
const format = 1;

type PartName = 'rows' | 'ledger' | 'graph';

interface Manifest {
  readonly format: number;
  readonly graphFormat: string;
  readonly dimensions: number;
  readonly rows: number;
  readonly mark: string;
  readonly files: Readonly<Record<PartName, FileSum>>;
}

/** An index with the mark that was stored with it. */
export interface Snapshot {
  readonly parts: LibraryParts;
  readonly mark: string;
}

async function writeGraph(file: string, graph: Graph): Promise<FileSum> {
  // The library cannot save an empty graph; an empty file stands for it.
  if (graph.size === 0) return writeFileDurably(file, []);
  graph.save(file);
  await syncFile(file);
  return sumFile(file);
}

/** Writes everything durably; the parts must not change until it settles. Holds the thread only while the graph is saved. */
export async function writeSnapshot(folder: string, { parts, mark }: Snapshot): Promise<void> {
  const { rows, ledger, graph } = parts;
  const manifest: Manifest = {
    format,
    graphFormat,
    dimensions: rows.dimensions,
    rows: rows.count,
    mark,
    files: {
      graph: await writeGraph(path.join(folder, 'graph'), graph),
      ledger: await writeFileDurably(path.join(folder, 'ledger'), [serialize(ledger.columns())]),
      rows: await writeFileDurably(path.join(folder, 'rows'), rows.blocks()),
    },
  };
  await writeFileDurably(path.join(folder, manifestName), [Buffer.from(JSON.stringify(manifest))]);
}

async function checkWhole(folder: string, manifest: Manifest): Promise<void> {
  for (const name of ['rows', 'ledger', 'graph'] as const) {
    const found = await sumFile(path.join(folder, name));
    const wanted = manifest.files[name];
    if (found.bytes !== wanted.bytes || found.crc !== wanted.crc) throw new Error(`${name} is damaged`);
  }
}

async function readManifest(folder: string, dimensions: number): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(path.join(folder, manifestName), 'utf8')) as Manifest;
  if (manifest.format !== format || manifest.graphFormat !== graphFormat)
    throw new Error('it has another format');
  if (manifest.dimensions !== dimensions) throw new Error(`it has ${manifest.dimensions} dimensions`);
  await checkWhole(folder, manifest);
  return manifest;
}

async function readRows(folder: string, manifest: Manifest, ledger: LedgerColumns): Promise<VectorRows> {
  const rows = new VectorRows(manifest.dimensions);
  const used = new Set(ledger.rows);
  const free = Array.from({ length: manifest.rows }, (_, row) => row).filter((row) => !used.has(row));
  const handle = await open(path.join(folder, 'rows'), 'r');
  try {
    await rows.restore(manifest.rows, free, async (block) => {
      for (let at = 0; at < block.length; ) at += (await handle.read(block, at)).bytesRead;
    });
  } finally {
    await handle.close();
  }
  return rows;
}

/** Reads what `writeSnapshot` wrote. Throws when a file is missing, damaged, or of another format or dimensions. */
export async function readSnapshot(folder: string, dimensions: number): Promise<Snapshot> {
  const manifest = await readManifest(folder, dimensions);
  const columns = deserialize(await readFile(path.join(folder, 'ledger'))) as LedgerColumns;
  const ledger = Ledger.from(columns);
  const rows = await readRows(folder, manifest, columns);
  const graph = new Graph(dimensions);
  if (manifest.files.graph.bytes > 0) graph.load(path.join(folder, 'graph'));
  if (graph.size !== ledger.publicSize) throw new Error('its parts do not belong together');
  return { parts: { rows, ledger, graph }, mark: manifest.mark };
}
