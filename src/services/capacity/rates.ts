/** What a machine was measured to do, kept in a file; else what ships. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import path from 'node:path';
import { check } from '#kernel/schema';
import { type Rates, RatesSchema } from './contract.ts';

/**
 * Measured with `pinakes shards plan --measure` on the machine below, the median of three runs. A server of its own with
 * a better disk does more: measure there.
 */
export const shippedRates: Rates = {
  at: Date.UTC(2026, 10, 25),
  machine: 'Intel Xeon, 2 cores, linux x64, Node.js v24.21.0',
  durability: 'power',
  writesPerSecond: 17_500,
  readsPerSecond: 7600,
  bytesPerPin: 1615,
};

/** This machine in words. */
export function machineName(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${model}, ${processors.length} cores, ${platform()} ${arch()}, Node.js ${process.version}`;
}

/** Remembers rates, all or nothing. */
export async function writeRates(file: string, rates: Rates): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(rates)}\n`);
  await rename(aside, file);
}

/** The rates that were measured here; undefined when none were, or when the file is of no use any more. */
export async function readRates(file: string): Promise<Rates | undefined> {
  try {
    return check(RatesSchema, JSON.parse(await readFile(file, 'utf8')), 'rates');
  } catch {
    return undefined;
  }
}
