import type { Migrations } from './contract.ts';
import { type MigrationsDeps, RegisteredMigrations } from './migrations.ts';

/** Makes the migrations service; `open` it before use. */
export function createMigrations(deps: MigrationsDeps): Migrations {
  return new RegisteredMigrations(deps);
}
