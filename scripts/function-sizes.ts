/** How long functions are. */
import { Visitor } from 'oxc-parser';
import { isTestCode, lineAt, lineCount, type SourceFile } from './source-files.ts';

/** A function and its length in lines, from its first to its last. */
export interface MeasuredFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  /** A function in a .tsx file whose name starts with a capital. */
  readonly isComponent: boolean;
}

interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

interface FunctionNode {
  readonly start: number;
  readonly end: number;
  readonly id?: { readonly name: string } | null;
}

/** Every function, outer ones first. An anonymous one is named after what it is assigned to, where that is plain. */
function spansOf(source: SourceFile): Span[] {
  const spans: Span[] = [];
  const names = new Map<number, string>();
  const name = (value: { start: number } | null, key: { type: string; start: number; end: number }) => {
    if (value) names.set(value.start, source.text.slice(key.start, key.end));
  };
  const add = ({ start, end, id }: FunctionNode) =>
    spans.push({ name: id?.name ?? names.get(start) ?? 'a function', start, end });
  new Visitor({
    VariableDeclarator: (node) => name(node.init, node.id),
    Property: (node) => name(node.value, node.key),
    MethodDefinition: (node) => name(node.value, node.key),
    PropertyDefinition: (node) => name(node.value, node.key),
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  }).visit(source.program);
  return spans;
}

/**
 * The length of a function in test code leaves out the functions inside it: a suite is one long function
 * that holds the tests, and it is the tests that should be short.
 */
function ownLines(span: Span, spans: readonly Span[], text: string): number {
  const inside = spans.filter(
    (other) => other !== span && other.start >= span.start && other.end <= span.end,
  );
  const direct = inside.filter(
    (one) => !inside.some((other) => other !== one && other.start <= one.start && other.end >= one.end),
  );
  const lines = lineCount(text.slice(span.start, span.end));
  return direct.reduce((sum, { start, end }) => sum - lineCount(text.slice(start, end)) + 1, lines);
}

/** All functions of a source with their lengths. */
export function functionsOf(source: SourceFile): MeasuredFunction[] {
  const spans = spansOf(source);
  const isTest = isTestCode(source.path);
  return spans.map((span) => ({
    name: span.name,
    line: lineAt(source.text, span.start),
    lines: isTest ? ownLines(span, spans, source.text) : lineCount(source.text.slice(span.start, span.end)),
    isComponent: source.path.endsWith('.tsx') && /^[A-Z]/.test(span.name),
  }));
}
