import { WriteRefusedError } from './port.ts';
import type { ShardSeal } from './transfer.ts';

/** A write met a sealed shard: nothing was written. Ask the registry where the shard is now and try again there. */
export class ShardSealedError extends WriteRefusedError {
  readonly shard: number;
  readonly seal: Exclude<ShardSeal, null>;

  constructor(shard: number, seal: Exclude<ShardSeal, null>) {
    super(seal === 'moved' ? `shard ${shard} has moved` : `shard ${shard} is read-only for now`);
    this.shard = shard;
    this.seal = seal;
  }
}
