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

function badCycles(imports: readonly Import[]): Problem[] {
  return cyclesIn(imports).map((files) => {
    const [path = ''] = files;
    return { path, line: 1, message: `imports itself in a circle: ${[...files, path].join(' → ')}` };
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
