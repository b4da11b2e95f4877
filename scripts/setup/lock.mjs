/** One setup at a time per clone: a folder made atomically, holding its owner's process id. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pollMs = 200;
/** A lock without a readable owner is somebody's half-made one until it is this old. */
const graceMs = 10_000;

function makeFolder(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ownerOf(path) {
  try {
    return Number(readFileSync(join(path, 'pid'), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isOlderThan(path, ms) {
  try {
    return Date.now() - statSync(path).mtimeMs > ms;
  } catch {
    return false;
  }
}

function isStale(path) {
  const pid = ownerOf(path);
  return pid === undefined ? isOlderThan(path, graceMs) : !isAlive(pid);
}

/** Removes a dead owner's lock. A second folder guards this, so that nobody removes a lock just taken anew. */
function breakStale(path) {
  const guard = `${path}.breaking`;
  if (!makeFolder(guard)) {
    if (isOlderThan(guard, graceMs)) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale(path)) rmSync(path, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/** Runs `work` while holding the lock at `path`; waits for a living owner (`onWait` is told once) and outlives a dead one. */
export async function withLock(path, work, onWait = () => {}) {
  for (let told = false; !makeFolder(path); ) {
    if (isStale(path)) breakStale(path);
    else if (!told) {
      told = true;
      onWait(ownerOf(path));
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  try {
    writeFileSync(join(path, 'pid'), String(process.pid));
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
