/** Migrations in the registry: a setting each, and one with their names. */
import Type from 'typebox';
import type { Registry } from '#engines/registry/port';
import { ConflictError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import { check } from '#kernel/schema';
import { Serial } from '#kernel/serial';
import { type MigrationRecord, MigrationRecordSchema } from './record.ts';

const NamesSchema = Type.Array(Type.String());
const namesSetting = 'migrations';
const settingOf = (name: string): string => `migration-${name}`;

/** One migration's setting, written by this process alone. */
export class KeptRecord {
  readonly record: MigrationRecord;
  readonly #registry: Registry;
  readonly #writes = new Serial();
  #version: number;
  #next: Promise<void> | undefined;

  constructor(registry: Registry, record: MigrationRecord, version: number) {
    this.#registry = registry;
    this.record = record;
    this.#version = version;
  }

  /** Keeps the record as it is; who asks before a write has begun shares it. */
  save(): Promise<void> {
    this.#next ??= this.#writes.run(async () => {
      this.#next = undefined;
      const value = this.record as unknown as Json;
      this.#version = await this.#registry.setSetting(settingOf(this.record.name), value, this.#version);
    });
    return this.#next;
  }
}

async function readNames(registry: Registry): Promise<{ names: string[]; version: number }> {
  const setting = await registry.getSetting(namesSetting);
  return {
    names: setting ? check(NamesSchema, setting.value, namesSetting) : [],
    version: setting?.version ?? 0,
  };
}

/** All migrations, the oldest first. */
export async function readRecords(registry: Registry): Promise<KeptRecord[]> {
  const { names } = await readNames(registry);
  const settings = await Promise.all(names.map((name) => registry.getSetting(settingOf(name))));
  return settings.flatMap((setting) => {
    // A name is written before its record: a process may have died in between.
    if (!setting) return [];
    const record = check(MigrationRecordSchema, setting.value, 'migration');
    return [new KeptRecord(registry, record, setting.version)];
  });
}

/** Keeps a new migration. Throws `ConflictError` when its name is taken. */
export async function addRecord(registry: Registry, record: MigrationRecord): Promise<KeptRecord> {
  const { names, version } = await readNames(registry);
  if (await registry.getSetting(settingOf(record.name)))
    throw new ConflictError(`there is a migration called ${record.name} already`, 'name');
  const all = [...names.filter((name) => name !== record.name), record.name];
  await registry.setSetting(namesSetting, all, version);
  const kept = new KeptRecord(registry, record, 0);
  await kept.save();
  return kept;
}
