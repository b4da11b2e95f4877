/**
 * Builds the web app into web/dist: `client/` for the browser, each text file also as .br and .gz,
 * and `server/` for the first paint. Both are made beside the old ones and swapped in when
 * complete, so that a failed build leaves the old ones whole.
 */
import { globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

const web = resolve(import.meta.dirname, '..', 'web');
const configFile = join(web, 'vite.config.ts');
const next = join(web, 'dist', '.next');

/** Text that shrinks; fonts and pictures are compressed already. */
const texts = '**/*.{js,css,svg,json,html,txt,webmanifest}';
/** Below this the headers cost more than is saved. */
const leastBytes = 512;

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < leastBytes) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}

async function swapIn(name: string): Promise<void> {
  await rm(join(web, 'dist', name), { recursive: true, force: true });
  await rename(join(next, name), join(web, 'dist', name));
}

async function buildWeb(): Promise<void> {
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  await build({ configFile, build: { outDir: join(next, 'client'), emptyOutDir: true } });
  await build({ configFile, build: { outDir: join(next, 'server'), emptyOutDir: true, ssr: true } });
  const files = globSync(texts, { cwd: join(next, 'client') });
  await Promise.all(files.map((path) => compress(join(next, 'client', path))));
  await swapIn('client');
  await swapIn('server');
  await rm(next, { recursive: true, force: true });
}

try {
  await buildWeb();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
