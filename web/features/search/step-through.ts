/** Where an arrow leads: round through a list of `count` and the field itself, which is -1. */
export function stepThrough(active: number, by: 1 | -1, count: number): number {
  return ((active + 1 + by + (count + 1)) % (count + 1)) - 1;
}
