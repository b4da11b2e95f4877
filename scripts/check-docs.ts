/** `node scripts/check-docs.ts [ROOT]`: every export of src/ says what it promises, and no work is left for later. */
import { resolve } from 'node:path';
import type { Comment, ExportNamedDeclaration, Program } from 'oxc-parser';
import { lineAt, type Problem, readSources, report, type SourceFile } from './source-files.ts';

type Statement = Program['body'][number];

const deferred = /\b(TODO|FIXME|XXX|HACK)\b/;

function nameOf(id: unknown): string {
  const isNamed = typeof id === 'object' && id !== null && 'name' in id && typeof id.name === 'string';
  return isNamed ? String(id.name) : 'an export';
}

/** `type Pin = Static<typeof PinSchema>` is the schema over again, whose docstring serves both. */
function isSchemaType(statement: ExportNamedDeclaration): boolean {
  const type =
    statement.declaration?.type === 'TSTypeAliasDeclaration' && statement.declaration.typeAnnotation;
  return type && type.type === 'TSTypeReference' && nameOf(type.typeName) === 'Static';
}

/** The name of what a statement declares and exports; undefined for all other statements. */
function exportedName(statement: Statement): string | undefined {
  if (statement.type === 'ExportDefaultDeclaration') return 'the default export';
  if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) return undefined;
  if (isSchemaType(statement)) return undefined;
  const { declaration } = statement;
  if (declaration.type !== 'VariableDeclaration') return nameOf('id' in declaration && declaration.id);
  return declaration.declarations.map(({ id }) => nameOf(id)).join(', ');
}

/** Whether a docstring with words in it ends right before `start`. */
function isDocumented(start: number, text: string, comments: readonly Comment[]): boolean {
  const before = comments.findLast(({ end }) => end <= start);
  if (before?.type !== 'Block' || !before.value.startsWith('*')) return false;
  return text.slice(before.end, start).trim() === '' && /\p{L}{2}/u.test(before.value);
}

function undocumented({ path, text, program, comments }: SourceFile): Problem[] {
  const documented = new Set<string>();
  return program.body.flatMap((statement) => {
    const name = exportedName(statement);
    if (name === undefined || documented.has(name)) return [];
    documented.add(name);
    if (isDocumented(statement.start, text, comments)) return [];
    return [
      { path, line: lineAt(text, statement.start), message: `${name} is exported without a docstring` },
    ];
  });
}

function unfinished({ path, text, comments }: SourceFile): Problem[] {
  return comments.flatMap(({ value, start }) => {
    const word = deferred.exec(value)?.[0];
    return word === undefined
      ? []
      : [{ path, line: lineAt(text, start), message: `has a comment that says ${word}` }];
  });
}

/** All exports of `src/` without a docstring, and all deferred work in `src/` and `web/`. */
export function checkDocs(root: string): { problems: Problem[]; files: number } {
  const sources = readSources(root).filter(({ path }) => /^(src|web)\//.test(path));
  const contracts = sources.filter(({ path }) => path.startsWith('src/') && !/\.test\.ts$/.test(path));
  return {
    problems: [...contracts.flatMap(undocumented), ...sources.flatMap(unfinished)],
    files: sources.length,
  };
}

if (import.meta.main) {
  const { problems, files } = checkDocs(resolve(process.argv[2] ?? '.'));
  report(problems, `${files} files read`);
}
