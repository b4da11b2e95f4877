/** What is kept of generations besides their indexes: which one is live, and its projection. */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import { check } from '#kernel/schema';
import { syncFolder } from '#kernel/sync';
import { decodeProjection, encodeProjection, type Projection } from './projection.ts';

const StateSchema = Type.Object({
  generation: Type.Integer({ minimum: 0 }),
  /** The encoder whose features the generation is made of, and their length. */
  encoder: Type.String(),
  inputDimensions: Type.Integer({ minimum: 1 }),
  /** How many pictures the projection was fitted to; 0: there is none. */
  fitted: Type.Integer({ minimum: 0 }),
});

/** The live generation. */
export type GenerationState = Static<typeof StateSchema>;

/** The files, in a folder of their own. A write is whole or not there, also after a power cut. */
export class GenerationFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The live generation; undefined before the first one. */
  async read(): Promise<GenerationState | undefined> {
    const text = await readFile(this.#path('generation.json'), 'utf8').catch(absent);
    return text === undefined ? undefined : check(StateSchema, JSON.parse(text), 'generation.json');
  }

  /** Makes a generation the live one. */
  async write(state: GenerationState): Promise<void> {
    await this.#replace('generation.json', Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
  }

  /** A generation's projection; throws when it is not there. */
  async readProjection(generation: number): Promise<Projection> {
    return decodeProjection(await readFile(this.#path(`projection-${generation}.bin`)));
  }

  async writeProjection(generation: number, projection: Projection): Promise<void> {
    await this.#replace(`projection-${generation}.bin`, encodeProjection(projection));
  }

  /** Removes a projection that may or may not be there. */
  async removeProjection(generation: number): Promise<void> {
    await rm(this.#path(`projection-${generation}.bin`), { force: true });
  }

  #path(name: string): string {
    return path.join(this.#folder, name);
  }

  async #replace(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const temporary = this.#path(`${name}.tmp`);
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, this.#path(name));
    await syncFolder(this.#folder);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
