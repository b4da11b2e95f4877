/** Turns pictures into features. Loaded in worker threads; one instance per thread. */
export interface ImageEncoder {
  /** Names the network and its version, e.g. `centernet-12-13-14@3.3.6`; part of the key of stored features. */
  readonly name: string;
  /** Length of the features that `encode` gives. */
  readonly dimensions: number;
  /** Lengths of the blocks that the features are concatenated from, in order; they sum to `dimensions`. */
  readonly blocks: readonly number[];
  /** Side in pixels of the square that `encode` takes; callers stretch the picture to it (`fit: fill`). */
  readonly inputSize: number;
  /**
   * Features of one picture: blocks that are each of unit length, concatenated.
   * `rgb` is `inputSize`² pixels, row by row, three bytes each, no alpha; any other length
   * throws `InvalidInputError`. The same bytes give the same features. Holds the thread
   * while it computes (about 8 ms), so call it off the event loop. Throws `UnavailableError` after `close`.
   */
  encode(rgb: Uint8Array): Promise<Float32Array>;
  /** Frees the network; may be called twice. */
  close(): Promise<void>;
}
