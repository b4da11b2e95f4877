/** What the contract suite works on. */
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { PictureFormat, PictureReport, Pictures } from './port.ts';

/** Limits that small samples can reach. */
export const limits = { bytes: 5_000_000, pixels: 4_000_000, frames: 20 };

/** The pictures under test and a folder for samples. */
export interface PicturesBed {
  readonly pictures: Pictures;
  readonly folder: string;
}

/** A fresh folder. */
export function into(bed: PicturesBed): Promise<string> {
  return mkdtemp(path.join(bed.folder, 'into-'));
}

/** Processes a sample into a fresh folder. */
export async function processed(
  bed: PicturesBed,
  source: string,
  formats: readonly PictureFormat[] = ['webp'],
): Promise<PictureReport> {
  return bed.pictures.process({ source, into: await into(bed), formats, limits });
}
