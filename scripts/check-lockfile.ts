/**
 * `node scripts/check-lockfile.ts [ROOT]`: package-lock.json is complete, so that `npm ci` works on every machine.
 *
 * npm leaves out a foreign platform's optional package when the registry lacks it, and `npm ci` then refuses
 * the whole lockfile. Also, a locked address would tie the project to one registry.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Problem, report } from './source-files.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Packages = Readonly<Record<string, LockedPackage>>;

/** Where Node would look for `name` from a package at `path`: its own node_modules, then each one above. */
function placesOf(name: string, path: string): string[] {
  const above = path
    .split('/node_modules/')
    .map((_, i, parts) => parts.slice(0, i + 1).join('/node_modules/'));
  return [
    ...above.filter((folder) => folder !== '').map((folder) => `${folder}/node_modules/${name}`),
    `node_modules/${name}`,
  ];
}

function missing(packages: Packages): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !placesOf(name, path).some((place) => place in packages))
      .map(
        ([name, version]) =>
          `${path || 'the project'} wants ${name}@${version}, which is not in the lockfile`,
      ),
  );
}

function addressed(packages: Packages): string[] {
  const found = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
  return found.map(([path]) => `${path} has a fixed address; set omit-lockfile-registry-resolved`);
}

/** All that keeps `npm ci` from working elsewhere. */
export function checkLockfile(root: string): { problems: Problem[]; packages: number } {
  const lock: { packages: Packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const messages = [...missing(lock.packages), ...addressed(lock.packages)];
  return {
    problems: messages.map((message) => ({ path: 'package-lock.json', line: 1, message })),
    packages: Object.keys(lock.packages).length,
  };
}

if (import.meta.main) {
  const { problems, packages } = checkLockfile(resolve(process.argv[2] ?? '.'));
  report(problems, `${packages} packages`);
}
