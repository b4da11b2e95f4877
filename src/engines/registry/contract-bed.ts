/** What the parts of the registry's contract suite share. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Registry } from './port.ts';

/** Where the registries of one test meet. */
export interface RegistryPlace {
  open(): Promise<Registry>;
  /** A module's source that opens the same place as `registry`. */
  readonly source: string;
  remove(): Promise<void>;
}

/** Runs `work` in a child after opening `registry` there; resolves once it has printed something. */
export async function childThat({ source }: RegistryPlace, work: string): Promise<ChildProcess> {
  const code = `${source}\n${work}\nconsole.log('done'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  return child;
}

/** Kills a child at once, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
