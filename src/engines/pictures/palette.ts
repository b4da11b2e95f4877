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
const bins = 4096;
/** Of each bin: how many pixels, and their red, green and blue. */
const channelsSummed = 4;
const black: Oklab = [0, 0, 0];
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
  // Flat sums, since objects or views of four thousand pixels cost more to collect than to count.
  const sums = new Uint32Array(bins * channelsSummed);
  for (let at = 0; at + channels <= data.length; at += channels) {
    if (channels === 4 && (data[at + 3] ?? 0) < opaque) continue;
    addPixel(sums, data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
  }
  return Array.from({ length: bins }, (_, bin) => weighted(sums, bin * channelsSummed)).filter(
    ({ weight }) => weight > 0,
  );
}

function addPixel(sums: Uint32Array, red: number, green: number, blue: number): void {
  const at = (((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)) * channelsSummed;
  sums[at] = (sums[at] ?? 0) + 1;
  sums[at + 1] = (sums[at + 1] ?? 0) + red;
  sums[at + 2] = (sums[at + 2] ?? 0) + green;
  sums[at + 3] = (sums[at + 3] ?? 0) + blue;
}

function weighted(sums: Uint32Array, at: number): Weighted {
  const weight = sums[at] ?? 0;
  const mean = (channel: number) => Math.round((sums[at + channel] ?? 0) / weight);
  return { colour: weight === 0 ? black : toOklab(mean(1), mean(2), mean(3)), weight };
}

function nearest(colour: Oklab, centres: readonly Oklab[]): { index: number; distance: number } {
  let [index, distance] = [0, Number.POSITIVE_INFINITY];
  for (let at = 0; at < centres.length; at += 1) {
    const between = distance2(colour, centres[at] ?? black);
    if (between >= distance) continue;
    index = at;
    distance = between;
  }
  return { index, distance };
}

/** The heaviest bin first, then ever the bin that is far from all chosen ones and heavy. */
function beginnings(found: readonly Weighted[]): Oklab[] {
  const centres: Oklab[] = [];
  while (centres.length < Math.min(most, found.length)) {
    const worth = found.map(({ colour, weight }) =>
      centres.length === 0 ? weight : nearest(colour, centres).distance * Math.sqrt(weight),
    );
    const best = found[worth.indexOf(Math.max(...worth))];
    if (best) centres.push(best.colour);
  }
  return centres;
}

function clusters(found: readonly Weighted[]): Weighted[] {
  let centres = beginnings(found);
  let means: Weighted[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const members = centres.map((): Weighted[] => []);
    for (const bin of found) members[nearest(bin.colour, centres).index]?.push(bin);
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
