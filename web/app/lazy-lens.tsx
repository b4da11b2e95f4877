import type { LensProps } from '../shared/pin/pin-tools.ts';

/** The lens. */
export function LazyLens(_props: LensProps) {
  return null;
}
