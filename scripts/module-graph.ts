/** Which file imports which: static imports, re-exports, dynamic imports, import types and workers' URLs. */
import { posix } from 'node:path';
import { type NewExpression, Visitor } from 'oxc-parser';
import { lineAt, type SourceFile } from './source-files.ts';

/** One import. `to` is a path from the root, or undefined for a package or built-in. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly to: string | undefined;
  readonly line: number;
}

/** The subpath imports of package.json: `{ "#kernel/*": "./src/kernel/*.ts" }`. */
export type Aliases = Readonly<Record<string, string>>;

interface Reference {
  readonly specifier: string;
  readonly offset: number;
}

function literal(node: unknown): string | undefined {
  const isLiteral = typeof node === 'object' && node !== null && 'value' in node;
  return isLiteral && typeof node.value === 'string' ? node.value : undefined;
}

/** The module that `new URL('./x.ts', import.meta.url)` names, as for a worker. */
function moduleUrl(node: NewExpression): string | undefined {
  const [path, base] = node.arguments;
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'URL') return undefined;
  if (base?.type !== 'MemberExpression' || base.object.type !== 'MetaProperty') return undefined;
  const specifier = literal(path);
  return specifier !== undefined && /\.[mc]?[jt]sx?$/.test(specifier) ? specifier : undefined;
}

function references(source: SourceFile): Reference[] {
  const found: Reference[] = [];
  const add = (node: { start: number; source: unknown }) => {
    const specifier = literal(node.source);
    if (specifier !== undefined) found.push({ specifier, offset: node.start });
  };
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
    NewExpression: (node) => add({ start: node.start, source: { value: moduleUrl(node) } }),
  }).visit(source.program);
  return found;
}

function fromAlias(specifier: string, aliases: Aliases): string | undefined {
  for (const [alias, target] of Object.entries(aliases)) {
    const [head = '', tail = ''] = alias.split('*');
    if (!specifier.startsWith(head) || !specifier.endsWith(tail)) continue;
    const star = specifier.slice(head.length, specifier.length - tail.length);
    return posix.normalize(target.replaceAll('*', star));
  }
  return undefined;
}

/** A bundler's short forms are tried too: no ending, or a folder for its index. */
const endings = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];

function resolve(
  from: string,
  specifier: string,
  aliases: Aliases,
  known: ReadonlySet<string>,
): string | undefined {
  const isRelative = specifier.startsWith('.');
  const base = isRelative ? posix.join(posix.dirname(from), specifier) : fromAlias(specifier, aliases);
  if (base === undefined) return undefined;
  return endings.map((ending) => base + ending).find((path) => known.has(path)) ?? base;
}

/** All imports of the sources, in order of file and place. */
export function importsOf(sources: readonly SourceFile[], aliases: Aliases): Import[] {
  const known = new Set(sources.map(({ path }) => path));
  return sources.flatMap((source) =>
    references(source).map(({ specifier, offset }) => ({
      from: source.path,
      specifier,
      to: resolve(source.path, specifier, aliases, known),
      line: lineAt(source.text, offset),
    })),
  );
}

/**
 * The import cycles, each as its files in order, starting with the first by name; one cycle for each edge
 * that closes one. Depth-first search with an explicit path: an edge to a file that is on the path closes a cycle.
 */
export function cyclesIn(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at !== -1) cycles.push(path.slice(at));
    if (at !== -1 || done.has(file)) return;
    path.push(file);
    for (const { to } of next.get(file) ?? []) if (to !== undefined) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of [...next.keys()].sort()) visit(file);
  return cycles;
}
