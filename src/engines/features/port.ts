/** The features port: versioned arrays of numbers by entity and name (raw picture features, later signals of people). */

/** A feature to write. */
export interface FeatureWrite {
  readonly entity: string;
  readonly name: string;
  readonly version: number;
  readonly value: Float32Array;
}

/** The port. Values keep half precision (relative error below 0.1 %). */
export interface Features {
  /** Writes; an older version than the stored one is ignored. Durable when it resolves. */
  put(writes: readonly FeatureWrite[]): Promise<void>;
  /** One feature of many entities; missing ones are absent. */
  getMany(name: string, entities: readonly string[]): Promise<Map<string, Float32Array>>;
  /** All entities with a feature, in order, behind `after` (start with ''). */
  scan(name: string, after: string, limit: number): Promise<{ entity: string; value: Float32Array }[]>;
  count(name: string): Promise<number>;
  remove(entities: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
