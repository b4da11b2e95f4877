/**
 * The picture network: the MobileNetV3 backbone of the CenterNet detector (trained on COCO)
 * inside the npm package `@vladmandic/human` (MIT). Features are the depthwise activations of
 * its blocks 12, 13 and 14, which find similar pictures better than the last layer does.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Side in pixels of the picture that the network is given. */
export const centernetSide = 256;

/** Blocks that make up the features, in order. `root`: signed square root before scaling to unit length. */
export const centernetBlocks = [
  { block: 12, channels: 528, root: false },
  { block: 13, channels: 720, root: true },
  { block: 14, channels: 720, root: true },
] as const;

/** Goes up whenever the conversion gives another network for the same weights. */
export const centernetConversion = 1;

/** The installed package: its version, and the folder with the model's two files. */
export interface CenternetPackage {
  readonly version: string;
  readonly folder: string;
}

/** Finds the package among the installed ones; throws when it is not installed. */
export async function findCenternet(): Promise<CenternetPackage> {
  // The package's exports name code only, so its folder is found by way of its main file, `dist/…`.
  const main = createRequire(import.meta.url).resolve('@vladmandic/human');
  const root = path.dirname(path.dirname(main));
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version, folder: path.join(root, 'models') };
}

/** What vectors of this network are marked with: it changes with the weights and with the blocks that are read. */
export function centernetName(version: string): string {
  return `centernet-${centernetBlocks.map(({ block }) => block).join('-')}@${version}`;
}

/** Numbers in the features of a picture. */
export const centernetDimensions = centernetBlocks.reduce((sum, { channels }) => sum + channels, 0);
