/**
 * Contracts checked where they are crossed. Schemas are TypeBox (JSON Schema), so one
 * declaration serves the type, the check and the OpenAPI document.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/schema';
import { InvalidInputError } from './errors.ts';
import type { Id } from './ids.ts';

const compiled = new WeakMap<TSchema, Validator>();

function validatorFor(schema: TSchema): Validator {
  const known = compiled.get(schema);
  if (known) return known;
  const made = Compile(schema) as unknown as Validator;
  compiled.set(schema, made);
  return made;
}

/** Returns `value` typed, or throws `InvalidInputError` naming the first field at fault and its limit. Compiles a schema once. */
export function check<T extends TSchema>(schema: T, value: unknown, what = 'body'): Static<T> {
  const validator = validatorFor(schema);
  if (validator.Check(value)) return value as Static<T>;
  const [, [first]] = validator.Errors(value);
  const path = first?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  throw new InvalidInputError(path === '' ? what : path, first?.message ?? 'is not valid');
}

/** An id as it crosses a boundary: a decimal string. */
export const IdSchema = Type.Unsafe<Id>({ type: 'string', pattern: '^[1-9][0-9]{0,18}$' });

/** One page of a list. `cursor` asks for the next page; null at the end. */
export function PageSchema<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), cursor: Type.Union([Type.String(), Type.Null()]) });
}

/** One page of a list. `cursor` asks for the next page; null at the end. */
export interface Page<T> {
  readonly items: T[];
  readonly cursor: string | null;
}

/** How much of a list, from where. `limit` is 1 to 100. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}
