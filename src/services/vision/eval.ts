/** `pinakes eval visual`: how well the product's own encoder finds pictures of a class, on any labelled folder. */
import type { PictureLimits, Pictures } from '#engines/pictures/port';
import { PinakesError } from '#kernel/errors';
import { type LabelledPicture, labelledPictures } from './eval-folder.ts';
import type { RetrievalFigures } from './eval-retrieval.ts';
import { fewestForProjection, projectedDimensions } from './growth.ts';
import { laidOut, ProjectionThread } from './projection-thread.ts';

/** What to evaluate. */
export interface VisualEvaluation {
  readonly folder: string;
  readonly pictures: Pick<Pictures, 'encode'>;
  readonly limits: PictureLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Figures by the names that scripts read. */
export interface VisualFigures extends RetrievalFigures {
  /** Pictures that could be read, and classes they fall into. */
  readonly images: number;
  readonly classes: number;
  /** Files that could not be read as pictures. */
  readonly unreadable: number;
  /** Time of the encoding, two pictures at once, shared out. */
  readonly ms_per_image: number;
}

const inFlight = 2;

interface Encoded {
  readonly label: string;
  readonly raw: Float32Array;
}

async function encode(
  request: VisualEvaluation,
  all: readonly LabelledPicture[],
): Promise<(Encoded | undefined)[]> {
  const { pictures, limits, signal, onProgress } = request;
  const encoded = new Array<Encoded | undefined>(all.length);
  const queue = all.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [i, { path, label }] of queue) {
      signal?.throwIfAborted();
      const raw = await pictures.encode({ source: path, limits }).catch(refused);
      if (raw) encoded[i] = { label, raw };
      done += 1;
      onProgress?.(done, all.length);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return encoded;
}

function refused(error: unknown): undefined {
  if (error instanceof PinakesError && error.code !== 'unavailable') return undefined;
  throw error;
}

function unit(raw: Float32Array): Float32Array {
  const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? raw.map((value) => value / length) : raw;
}

/** Vectors as a library of these pictures would index them. */
async function vectorsOf(raw: readonly Float32Array[]): Promise<Float32Array[]> {
  if (raw.length < fewestForProjection) return raw.map(unit);
  await using thread = new ProjectionThread();
  await thread.fit(laidOut(raw), projectedDimensions);
  return await thread.project(raw);
}

/**
 * Encodes every picture of `folder/<class>/`, fits the projection to them alone as a library would, and
 * retrieves exactly, leaving one out. Unreadable files are counted and skipped. Throws `InvalidInputError`
 * for a folder with fewer than two classes, the signal's reason when aborted.
 */
export async function evaluateVisual(request: VisualEvaluation): Promise<VisualFigures> {
  const all = await labelledPictures(request.folder);
  const started = performance.now();
  const encoded = (await encode(request, all)).filter((one) => one !== undefined);
  const elapsed = performance.now() - started;
  const labels = encoded.map(({ label }) => label);
  const vectors = await vectorsOf(encoded.map(({ raw }) => raw));
  return {
    images: encoded.length,
    classes: new Set(labels).size,
    ...(await (await import('./eval-retrieval.ts')).leaveOneOut(vectors, labels)),
    unreadable: all.length - encoded.length,
    ms_per_image: elapsed / Math.max(1, all.length),
  };
}
