/** `npm run bench -- NAME [--size N]`: runs one benchmark; the last line on standard output is one JSON object. */
import { parseArgs } from 'node:util';
import { type Bench, tidy } from './bench.ts';

const loaders: Readonly<Record<string, () => Promise<Bench>>> = {
  import: async () => (await import('./import.ts')).importBench,
  home: async () => (await import('./home.ts')).homeBench,
  similar: async () => (await import('./similar.ts')).similarBench,
  media: async () => (await import('./media.ts')).mediaBench,
  save: async () => (await import('./save.ts')).saveBench,
  serve: async () => (await import('./serve.ts')).serveBench,
  start: async () => (await import('./start.ts')).startBench,
  log: async () => (await import('./log.ts')).logBench,
  archive: async () => (await import('./archive.ts')).archiveBench,
  sql: async () => (await import('./sql.ts')).sqlBench,
  store: async () => (await import('./store.ts')).storeBench,
  migrate: async () => (await import('./migrate.ts')).migrateBench,
  jobs: async () => (await import('./jobs.ts')).jobsBench,
};

function usage(): never {
  process.stderr.write(
    `usage: npm run bench -- NAME [--size N]\nNAME is one of: ${Object.keys(loaders).join(', ')}\n`,
  );
  process.exit(2);
}

function readArguments(): { name: string; size: number | undefined } {
  try {
    const { values, positionals } = parseArgs({
      options: { size: { type: 'string' } },
      allowPositionals: true,
    });
    const size = values.size === undefined ? undefined : Number(values.size);
    if (size !== undefined && !(Number.isInteger(size) && size > 0)) usage();
    return { name: positionals[0] ?? usage(), size };
  } catch {
    return usage();
  }
}

const { name, size } = readArguments();
const load = loaders[name] ?? usage();
const bench = await load();
const used = size ?? bench.defaultSize;
const { ours, peer, limit, ratio } = await bench.run(used);
const result = {
  bench: name,
  size: used,
  ours: tidy(ours),
  peer: tidy(peer),
  limit: tidy(limit),
  ratio: tidy(ratio),
};
// Workers and servers of a benchmark may linger for a moment; its answer need not wait for them.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
