/** The copying thread: an adapter of its own on the same server, of which only the verbs of copying are used. */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '#kernel/background';
import { ShardSealedError } from '../sealed.ts';
import type { MovableShards } from '../transfer.ts';
import type { CopierAnswer, CopierCall, CopierFault, CopierStart } from './copier-protocol.ts';

/** Connections of each kind. */
const connections = 2;

async function open({ target, count, statementMs }: CopierStart): Promise<MovableShards> {
  const options = { count, statementMs, readers: connections, writers: connections, isCopier: true };
  if (target.kind === 'mysql')
    return (await import('../mysql.ts')).openMysqlShards({ ...options, ...target });
  return (await import('../tidb.ts')).openTidbShards({ ...options, ...target });
}

function faultOf(error: unknown, shard: number): CopierFault {
  const message = error instanceof Error ? error.message : String(error);
  return { message, shard, seal: error instanceof ShardSealedError ? error.seal : undefined };
}

function run(shards: MovableShards, call: CopierCall): Promise<unknown> {
  return call.verb === 'put' ? shards.put(...call.parameters) : shards.digest(...call.parameters);
}

async function answered(opening: Promise<MovableShards>, call: CopierCall): Promise<CopierAnswer> {
  const { number, parameters } = call;
  try {
    return { number, value: await run(await opening, call) };
  } catch (error) {
    return { number, fault: faultOf(error, parameters[0]) };
  }
}

giveWay();
const opening = open(workerData as CopierStart);
parentPort?.on('message', async (call: CopierCall) => parentPort?.postMessage(await answered(opening, call)));
