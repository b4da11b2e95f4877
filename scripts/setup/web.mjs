/** Builds the web app when its sources differ from those of the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, nodeOptions } from './hand-over.mjs';
import { withLock } from './lock.mjs';

const skipped = new Set(['dist', 'node_modules']);

/** All files under `folder`, sorted, in depth. */
function* filesUnder(folder) {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) yield path;
    else if (!skipped.has(entry.name)) yield* filesUnder(path);
  }
}

/** Everything that the built web app is made from. */
function* sourcesOf(root) {
  yield* filesUnder(join(root, 'web'));
  yield join(root, 'package-lock.json');
  yield join(root, 'scripts', 'build-web.ts');
  yield* filesUnder(join(root, 'src', 'kernel'));
  for (const path of filesUnder(join(root, 'src', 'services'))) {
    if (/[\\/]contract\.ts$/.test(path)) yield path;
  }
}

/** A digest of the names and contents of the web app's sources. */
export function webHash(root) {
  const hash = createHash('sha256');
  for (const path of sourcesOf(root)) {
    if (/\.test\.tsx?$/.test(path)) continue;
    const content = readFileSync(path);
    hash.update(`${path.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function isBuilt(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

function build(root, node, stamp) {
  const hash = webHash(root);
  if (isBuilt(stamp, hash)) return;
  process.stderr.write('pinakes: building the web app\n');
  rmSync(stamp, { force: true });
  const args = [...nodeOptions, join(root, 'scripts', 'build-web.ts')];
  const result = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2], env: environment(root) });
  if (result.status !== 0) throw new Error('the web app could not be built; the reason is above');
  writeFileSync(stamp, hash);
}

/** Makes web/dist agree with the sources. Cost when it already does: reading and hashing them, a few ms. */
export async function ensureWebBuilt(root, node) {
  if (!existsSync(join(root, 'web', 'entry-server.tsx'))) return;
  const stamp = join(root, 'web', 'dist', '.build-hash');
  if (isBuilt(stamp, webHash(root))) return;
  await withLock(join(root, '.setup-lock'), () => build(root, node, stamp));
}
