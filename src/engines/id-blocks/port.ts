/** The id-blocks port: ids reserved ahead, so that there are some while their shard does not answer. */
import type { ObjectType } from '#kernel/ids';

/** Consecutive local ids of one type on one shard, from `first` on. */
export interface IdBlock {
  readonly shard: number;
  readonly type: ObjectType;
  readonly first: number;
  readonly count: number;
}

/** The port. Every method rejects with `UnavailableError` after `close`. */
export interface IdBlocks {
  /** Keeps blocks that nobody has used; durable when it resolves. */
  put(blocks: readonly IdBlock[]): Promise<void>;
  /** Takes the block that was put first; undefined when there is none. Once it resolves nobody gets it again, whatever dies. */
  take(shard: number, type: ObjectType): Promise<IdBlock | undefined>;
  /** How many ids are kept. */
  left(shard: number, type: ObjectType): Promise<number>;
  close(): Promise<void>;
}
