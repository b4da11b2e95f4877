/** DuckDB's values as answers hold them. */
import type { Json } from '#kernel/json';
import type { AnswerColumn } from '../port.ts';

const wholes = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const fractions = /^(FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/** Characters of a single text at most. */
const textLimit = 100_000;

/** A column by its name and type. */
export function columnOf(name: string, type: string): AnswerColumn {
  return { name, type, kind: wholes.test(type) || fractions.test(type) ? 'number' : 'text' };
}

/** A value, as JSON that DuckDB made of it, as the answer holds it. Texts that are too long are cut. */
export function plainValue(value: Json, { type }: AnswerColumn): Json {
  if (typeof value !== 'string') return value;
  if (wholes.test(type)) return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (fractions.test(type)) return Number.isFinite(Number(value)) ? Number(value) : value;
  return value.length > textLimit ? `${value.slice(0, textLimit)}…` : value;
}
