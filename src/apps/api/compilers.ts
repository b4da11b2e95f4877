/**
 * Fastify's own compilers of schemas, each put to work by the first request that needs it: compiling all routes at the
 * start takes half a second and 50 MB, and most routes of an installation are hardly ever asked.
 */
import createValidators, { type BuildCompilerFromPool, type RouteDefinition } from '@fastify/ajv-compiler';
import createSerializers, { type SerializerFactory } from '@fastify/fast-json-stringify-compiler';

type Compile = (route: RouteDefinition) => Check;
interface Check {
  (data: unknown): unknown;
  errors?: unknown;
}

/** Made by the first call. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Answers as the compiled check does; what it found is in `errors`, as Fastify reads it. */
function lazyCheck(compiled: () => Check): Check {
  const check: Check = (data) => {
    const valid = compiled()(data);
    check.errors = compiled().errors;
    return valid;
  };
  return check;
}

/** For Fastify's `schemaController.compilersFactory`. A schema that cannot be compiled is told of by its first request. */
export function lazyCompilers() {
  const [validators, serializers] = [createValidators(), createSerializers()];
  return {
    buildValidator: ((external, options) => {
      const compile = lazy(() => validators(external, options) as unknown as Compile);
      return (route: RouteDefinition) => lazyCheck(lazy(() => compile()(route)));
    }) as BuildCompilerFromPool,
    buildSerializer: ((external, options) => {
      const compile = serializers(external, options);
      return (route) => {
        const compiled = lazy(() => compile(route));
        return (data) => compiled()(data);
      };
    }) as SerializerFactory,
  };
}
