/** A hue of its own for each server, in degrees. */
export type ServerHues = ReadonlyMap<string, number>;

/** The golden angle: however many there are, neighbours differ. */
const step = 137.508;
const first = 45;

/** Hues in the order of the names; the same name keeps its hue as names are added behind it. */
export function serverHues(names: Iterable<string>): ServerHues {
  const hues = new Map<string, number>();
  for (const name of names) {
    if (!hues.has(name)) hues.set(name, Math.round((first + hues.size * step) % 360));
  }
  return hues;
}
