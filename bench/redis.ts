/** A real Redis, from Debian's redis-server, on loopback with its data in a temporary folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './process.ts';

/** A running server. */
export interface RedisServer {
  readonly port: number;
  /** Ends and removes the data. */
  stop(): Promise<void>;
}

/** Starts a server as it comes, or with more options; it answers when this resolves. */
export async function startRedis(options: readonly string[] = []): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-redis-'));
  const port = await freePort();
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...options];
  // The server dies with this process, however that dies.
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', 'redis-server', ...words], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
  await Promise.race([
    client.ping(),
    ended.then(() => Promise.reject(new Error('redis-server did not start'))),
  ]).finally(() => client.disconnect());
  return {
    port,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
