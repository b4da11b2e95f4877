/**
 * The colours that a picture is made of: pixels are gathered into a coarse histogram, its bins clustered
 * in Oklab by weighted k-means from far-apart beginnings, clusters that look alike merged, traces dropped.
 * Deterministic. Cost: about a millisecond for 64 × 64 pixels.
 */
import { distance2, type Oklab, toHex, toOklab } from './oklab.ts';
import type { Swatch } from './port.ts';
import type { Raster } from './raster.ts';

interface Weighted {
  readonly colour: Oklab;
  readonly weight: number;
}

const most = 6;
const rounds = 10;
const opaque = 128;
// Nearer than this, two colours pass for one; a smaller share than this is a trace.
const alike = 0.08 ** 2;
const trace = 0.01;

function mean(points: readonly Weighted[]): Weighted {
  const sum = [0, 0, 0];
  let weight = 0;
  for (const point of points) {
    weight += point.weight;
    for (const axis of [0, 1, 2] as const) sum[axis] = (sum[axis] ?? 0) + point.colour[axis] * point.weight;
  }
  const [l = 0, a = 0, b = 0] = sum.map((total) => total / weight);
  return { colour: [l, a, b], weight };
}

/** Four bits a channel; each bin holds the mean of its pixels. Transparent pixels are left out. */
function histogram({ data, channels }: Raster): Weighted[] {
  const bins = new Map<number, { count: number; red: number; green: number; blue: number }>();
  for (let at = 0; at + channels <= data.length; at += channels) {
    const [red = 0, green = 0, blue = 0, alpha = 255] = data.subarray(at, at + channels);
    if (alpha < opaque) continue;
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const bin = bins.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bins.set(key, {
      count: bin.count + 1,
      red: bin.red + red,
      green: bin.green + green,
      blue: bin.blue + blue,
    });
  }
  return [...bins.values()].map(({ count, red, green, blue }) => ({
    colour: toOklab(Math.round(red / count), Math.round(green / count), Math.round(blue / count)),
    weight: count,
  }));
}

function nearest(colour: Oklab, centres: readonly Oklab[]): { index: number; distance: number } {
  let best = { index: 0, distance: Number.POSITIVE_INFINITY };
  for (const [index, centre] of centres.entries()) {
    const distance = distance2(colour, centre);
    if (distance < best.distance) best = { index, distance };
  }
  return best;
}

/** The heaviest bin first, then ever the bin that is far from all chosen ones and heavy. */
function beginnings(bins: readonly Weighted[]): Oklab[] {
  const centres: Oklab[] = [];
  while (centres.length < Math.min(most, bins.length)) {
    const worth = bins.map(({ colour, weight }) =>
      centres.length === 0 ? weight : nearest(colour, centres).distance * Math.sqrt(weight),
    );
    const best = bins[worth.indexOf(Math.max(...worth))];
    if (best) centres.push(best.colour);
  }
  return centres;
}

function clusters(bins: readonly Weighted[]): Weighted[] {
  let centres = beginnings(bins);
  let means: Weighted[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const members = centres.map((): Weighted[] => []);
    for (const bin of bins) members[nearest(bin.colour, centres).index]?.push(bin);
    means = members.filter((group) => group.length > 0).map(mean);
    centres = means.map(({ colour }) => colour);
  }
  return means;
}

function merged(found: readonly Weighted[]): Weighted[] {
  const kept: Weighted[] = [];
  for (const cluster of found.toSorted((p, q) => q.weight - p.weight)) {
    const twin = kept.findIndex(({ colour }) => distance2(colour, cluster.colour) < alike);
    const other = kept[twin];
    if (other) kept[twin] = mean([other, cluster]);
    else kept.push(cluster);
  }
  return kept.sort((p, q) => q.weight - p.weight);
}

/** Up to six colours, largest share first; none for a picture that is all transparent. Shares are of the opaque part. */
export function paletteOf(raster: Raster): Swatch[] {
  const found = merged(clusters(histogram(raster)));
  const total = found.reduce((sum, { weight }) => sum + weight, 0);
  const swatches = found.map(({ colour, weight }) => ({ hex: toHex(colour), share: weight / total }));
  return swatches.filter(({ share }) => share >= trace);
}
