/** The copying thread: an adapter of its own on the same server, of which only the verbs of copying are used. */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '#kernel/background';
import { ShardSealedError } from '../sealed.ts';
import type { MovableShards } from '../transfer.ts';
import type { CopierAnswer, CopierCall, CopierFault, CopierStart } from './copier-protocol.ts';
import { openSqlShards } from './open.ts';
import { mysqlServers, tidbServers } from './targets.ts';

/** Connections of each kind. */
const connections = 2;

function open({ target, count, statementMs }: CopierStart): MovableShards {
  const options = { count, statementMs, readers: connections, writers: connections };
  return openSqlShards(options, target.kind === 'mysql' ? mysqlServers(target, []) : tidbServers(target));
}

function faultOf(error: unknown, shard: number): CopierFault {
  const message = error instanceof Error ? error.message : String(error);
  return { message, shard, seal: error instanceof ShardSealedError ? error.seal : undefined };
}

function run(shards: MovableShards, call: CopierCall): Promise<unknown> {
  return call.verb === 'put' ? shards.put(...call.parameters) : shards.digest(...call.parameters);
}

async function answered(shards: MovableShards, call: CopierCall): Promise<CopierAnswer> {
  const { number, parameters } = call;
  try {
    return { number, value: await run(shards, call) };
  } catch (error) {
    return { number, fault: faultOf(error, parameters[0]) };
  }
}

giveWay();
const shards = open(workerData as CopierStart);
parentPort?.on('message', async (call: CopierCall) => parentPort?.postMessage(await answered(shards, call)));
