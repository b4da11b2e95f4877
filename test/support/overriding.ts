/** Makes an object answer some calls differently. */
export function overriding<T extends object>(target: T, overrides: Partial<T>): T {
  return new Proxy(target, {
    get(from, key) {
      const value: unknown = Reflect.get(key in overrides ? overrides : from, key);
      return typeof value === 'function' && !(key in overrides) ? value.bind(from) : value;
    },
  });
}
