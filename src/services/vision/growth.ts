/** When the projection is fitted again: first at 256 pictures, then as the library grows. */

/** Fewer pictures than this are compared by raw features: they say too little of what the library varies in. */
export const fewestForProjection = 256;

/** Length of the vectors that a projection gives. */
export const projectedDimensions = 256;

/** Pictures past this number do not make a projection better; from there only a doubling counts. */
const enough = 5000;

/** `now`: twice as many as the last fit knew. `later`: a fifth more, worth it once the library rests. */
export function refitDue(pictures: number, fitted: number): 'now' | 'later' | 'no' {
  if (fitted === 0) return pictures >= fewestForProjection ? 'now' : 'no';
  if (pictures >= 2 * fitted) return 'now';
  return fitted < enough && pictures >= 1.2 * fitted ? 'later' : 'no';
}
