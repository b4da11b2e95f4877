/** Installs the locked dependencies when node_modules does not hold exactly them. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const hashOf = (text) => createHash('sha256').update(text).digest('hex');
const packagesOf = (text) => Object.entries(JSON.parse(text).packages ?? {}).filter(([path]) => path !== '');

/**
 * Which locked packages npm's own record says are in node_modules: `all`, `runtime` (none or not all of the
 * development ones, as after `npm ci --omit=dev`), or `other` when any other differs. Optional ones may be absent.
 */
function holding(lock, record) {
  if (record === '') return 'other';
  const installed = new Map(packagesOf(record));
  const wrong = packagesOf(lock).filter(([path, wanted]) => {
    const found = installed.get(path);
    return found
      ? found.version !== wanted.version || found.integrity !== wanted.integrity
      : !wanted.optional;
  });
  if (wrong.length === 0) return 'all';
  return wrong.every(([path, wanted]) => (wanted.dev || wanted.devOptional) && !installed.has(path))
    ? 'runtime'
    : 'other';
}

/** The path without node_modules/.bin: npm must not run on the Node that it is about to replace. */
function outsidePath() {
  const parts = (process.env.PATH ?? '').split(delimiter);
  return parts.filter((part) => !/node_modules[\\/]\.bin[\\/]?$/.test(part)).join(delimiter);
}

/** Runs `npm ci`, all of its output on standard error. */
function installLocked(root) {
  process.stderr.write('pinakes: installing dependencies from package-lock.json (a minute or so, once)\n');
  const options = ['--include=dev', '--loglevel=error', '--no-audit', '--no-fund'];
  const result = spawnSync('npm', ['ci', ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: outsidePath(), ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (result.error) throw new Error(`npm could not be run: ${result.error.message}`);
  if (result.status !== 0) throw new Error('npm ci failed; the reason is above');
  return 'all';
}

/** Whether the stamp of the last setup is of this lockfile and of enough packages. */
function isInstalled(root, lock, needsDev) {
  const [hash, held] = read(join(root, 'node_modules', '.pinakes-lock-hash')).split(' ');
  return hash === hashOf(lock) && (held === 'all' || !needsDev);
}

function install(root, lock, needsDev) {
  if (isInstalled(root, lock, needsDev)) return;
  let held = holding(lock, read(join(root, 'node_modules', '.package-lock.json')));
  if (held === 'other' || (held === 'runtime' && needsDev)) held = installLocked(root);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.pinakes-lock-hash'), `${hashOf(lock)} ${held}`);
}

/**
 * Makes node_modules hold what package-lock.json says; without `needsDev`, one without the development
 * packages will do. Cost when it already does: one hash of the lockfile.
 */
export async function ensureInstalled(root, needsDev) {
  const lock = read(join(root, 'package-lock.json'));
  if (isInstalled(root, lock, needsDev)) return;
  await withLock(
    join(root, '.setup-lock'),
    () => install(root, lock, needsDev),
    (pid) =>
      process.stderr.write(`pinakes: waiting for another setup of this folder (process ${pid ?? '?'})\n`),
  );
}
