/**
 * Which statements may run: one SELECT over known tables. DuckDB parses it; what its tree names is compared with what is
 * allowed, so that whatever is new to DuckDB is refused until it is known here.
 */
import type { Json, JsonObject } from '#kernel/json';

const tableFunctions = new Set(['range', 'generate_series', 'unnest', 'json_each', 'json_tree']);
/** They tell of the engine and its machine, or leave traces. */
const refusedFunctions = new Set(['current_setting', 'getenv', 'write_log', 'nextval', 'currval']);
const nodes = new Set(['SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE']);
const sources = new Set([
  ...['BASE_TABLE', 'SUBQUERY', 'JOIN', 'TABLE_FUNCTION', 'EXPRESSION_LIST'],
  ...['EMPTY', 'EMPTY_FROM', 'PIVOT', 'SHOW_REF'],
]);
const shows = new Set(['DESCRIBE', 'SUMMARY']);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of a tree. */
function* objectsIn(tree: Json): Iterable<JsonObject> {
  const left: Json[] = [tree];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (isObject(value)) yield value;
    if (typeof value === 'object' && value !== null) left.push(...Object.values(value));
  }
}

/** A name that can be nothing but that of a common table expression: no file, nothing of the catalog. */
const isPlain = (name: string): boolean => /^(?!pg_|duckdb_|sqlite_)[a-z_][a-z0-9_]*$/i.test(name);

function expressionNames(tree: Json): Set<string> {
  const names = new Set<string>();
  for (const { cte_map: ctes } of objectsIn(tree)) {
    const entries = isObject(ctes) ? ctes['map'] : undefined;
    if (!Array.isArray(entries)) continue;
    for (const entry of entries) if (isObject(entry)) names.add(String(entry['key']).toLowerCase());
  }
  return names;
}

function refusedTable(source: JsonObject, known: ReadonlySet<string>): string | undefined {
  const name = String(source['table_name']);
  const isBare = source['schema_name'] === '' && source['catalog_name'] === '' && !source['at_clause'];
  return isBare && known.has(name.toLowerCase()) ? undefined : `may not read ${name}`;
}

function refusedShow(source: JsonObject, known: ReadonlySet<string>): string | undefined {
  const name = String(source['table_name'] ?? '').toLowerCase();
  const isKnown = name === '' || known.has(name);
  return shows.has(String(source['show_type'])) && isKnown ? undefined : 'may describe its own tables only';
}

function refusedSource(source: JsonObject, known: ReadonlySet<string>): string | undefined {
  const type = String(source['type']);
  if (!sources.has(type)) return `may not read from ${type.toLowerCase()}`;
  if (type === 'BASE_TABLE') return refusedTable(source, known);
  if (type === 'SHOW_REF') return refusedShow(source, known);
  if (type !== 'TABLE_FUNCTION') return undefined;
  const called = isObject(source['function']) ? String(source['function']['function_name']) : '';
  return tableFunctions.has(called.toLowerCase()) ? undefined : `may not call ${called}`;
}

function refusedObject(object: JsonObject, known: ReadonlySet<string>): string | undefined {
  if ('class' in object) {
    const called = String(object['function_name'] ?? '').toLowerCase();
    return refusedFunctions.has(called) ? `may not call ${called}` : undefined;
  }
  if ('cte_map' in object && 'modifiers' in object && !nodes.has(String(object['type'])))
    return 'may only read';
  const isSource = ('alias' in object && 'sample' in object) || sources.has(String(object['type']));
  if (isSource) return refusedSource(object, known);
  return undefined;
}

/**
 * Why a statement may not run, as the end of a sentence; undefined when it may. `tree` is what DuckDB's `json_serialize_sql`
 * makes of it, `tables` are the names that it may read.
 */
export function refusalOf(tree: Json, tables: readonly string[]): string | undefined {
  if (!isObject(tree)) return 'cannot be read';
  if (tree['error'] === true) {
    if (tree['error_type'] !== 'not implemented') return `cannot be read: ${String(tree['error_message'])}`;
    return 'must be a SELECT';
  }
  const { statements } = tree;
  if (!Array.isArray(statements) || statements.length !== 1) return 'must be one statement';
  const expressions = expressionNames(statements);
  for (const name of expressions) if (!isPlain(name)) return `may not name anything ${name}`;
  const known = new Set([...tables, ...expressions]);
  for (const object of objectsIn(statements)) {
    const refusal = refusedObject(object, known);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
