/**
 * A real S3 endpoint, from Debian's swift-proxy, -account, -container, -object and memcached: OpenStack Swift with one
 * replica, on loopback ports, with its data in a temporary folder.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';

const execute = promisify(execFile);

/** A running endpoint with one bucket. */
export interface SwiftServer {
  readonly endpoint: string;
  readonly bucket: string;
  readonly keys: { readonly id: string; readonly secret: string };
  /** Ends and removes the data. */
  stop(): Promise<void>;
}

const startMs = 30_000;
const keys = { id: 'test:tester', secret: 'testing' };
const kinds = ['account', 'container', 'object'] as const;

/** What is the same for all four. */
const common = (folder: string, port: number): string => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = root
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
fallocate_reserve = 0
`;

const storage = (kind: string): string => `[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`;

const proxy = (memcached: number): string => `[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcached}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
allow_multipart_uploads = no
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${keys.secret} .admin
`;

/** Where things of one kind lie: all on the one device. */
async function makeRing(folder: string, kind: string, port: number): Promise<void> {
  const builder = path.join(folder, `${kind}.builder`);
  for (const words of [['create', '4', '1', '1'], ['add', `r1z1-127.0.0.1:${port}/sda`, '1'], ['rebalance']])
    await execute('swift-ring-builder', [builder, ...words]);
}

async function answers(port: number): Promise<void> {
  const until = Date.now() + startMs;
  while (Date.now() < until) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    await pause(50);
  }
  throw new Error(`nothing answers on port ${port}`);
}

function start(command: string, words: readonly string[]): ChildProcess {
  // It dies with this process, however that dies.
  return spawn('setpriv', ['--pdeathsig', 'SIGKILL', command, ...words], { stdio: 'ignore' });
}

async function makeBucket(endpoint: string, bucket: string): Promise<void> {
  const client = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' },
    credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket })).finally(() => client.destroy());
}

/** Starts an endpoint; it is ready when this resolves, in about three seconds. */
export async function startSwift(): Promise<SwiftServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-swift-'));
  await mkdir(path.join(folder, 'devices', 'sda'), { recursive: true });
  await writeFile(path.join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_suffix = pinakes\n');
  const [memcached, front] = [await freePort(), await freePort()];
  const children = [start('memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(memcached)])];
  const run = async (name: string, port: number, text: string): Promise<void> => {
    const file = path.join(folder, `${name}.conf`);
    await writeFile(file, common(folder, port) + text);
    children.push(start(`swift-${name}`, [file]));
  };
  const ports = [memcached, front];
  for (const kind of kinds) {
    const port = await freePort();
    ports.push(port);
    await makeRing(folder, kind, port);
    await run(`${kind}-server`, port, storage(kind));
  }
  await run('proxy-server', front, proxy(memcached));
  const endpoint = `http://127.0.0.1:${front}`;
  const stop = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await Promise.all(ports.map(answers));
    await makeBucket(endpoint, 'events');
    return { endpoint, bucket: 'events', keys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
