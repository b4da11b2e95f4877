/** `node scripts/check-floors.ts [ROOT]`: imports go down only, contracts only, never in a circle. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { objection } from './floors.ts';
import { type Aliases, cyclesIn, type Import, importsOf } from './module-graph.ts';
import { type Problem, readSources, report } from './source-files.ts';

function aliasesOf(root: string): Aliases {
  const manifest: { imports?: Aliases } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.imports ?? {};
}

function badImports(imports: readonly Import[]): Problem[] {
  return imports.flatMap(({ from, to, line, specifier }) => {
    const message = to === undefined ? undefined : objection(from, to);
    return message === undefined ? [] : [{ path: from, line, message: `imports '${specifier}': ${message}` }];
  });
}

/** One problem for each knot of files: a cycle that shares a file with one already told is not told again. */
function badCycles(imports: readonly Import[]): Problem[] {
  const told = new Set<string>();
  return cyclesIn(imports).flatMap((files) => {
    const [path = ''] = files;
    const isTold = files.some((file) => told.has(file));
    for (const file of files) told.add(file);
    const circle = [...files, path].join(' → ');
    return isTold ? [] : [{ path, line: 1, message: `imports itself in a circle: ${circle}` }];
  });
}

/** All forbidden imports and all import cycles under `root`. */
export function checkFloors(root: string): { problems: Problem[]; imports: number } {
  const imports = importsOf(readSources(root), aliasesOf(root));
  return { problems: [...badImports(imports), ...badCycles(imports)], imports: imports.length };
}

if (import.meta.main) {
  const { problems, imports } = checkFloors(resolve(process.argv[2] ?? '.'));
  report(problems, `${imports} imports looked at`);
}
