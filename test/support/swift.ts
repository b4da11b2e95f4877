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

/** Where things of each kind lie: all on the one device. In one go, since every start of Python takes its time. */
const rings = `
import sys
from swift.common.ring import RingBuilder
for word in sys.argv[2:]:
    kind, port = word.split(':')
    at = {'ip': '127.0.0.1', 'port': int(port), 'replication_ip': '127.0.0.1', 'replication_port': int(port)}
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'device': 'sda', 'weight': 1.0, 'meta': '', **at})
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (sys.argv[1], kind))
`;

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

/** Writes what the daemons read, and starts them on their ports; each goes to `children` at once. */
async function startDaemons(folder: string, front: number, children: ChildProcess[]): Promise<void> {
  await mkdir(path.join(folder, 'devices', 'sda'), { recursive: true });
  await writeFile(path.join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_suffix = pinakes\n');
  const run = async (name: string, port: number, text: string): Promise<void> => {
    const file = path.join(folder, `${name}.conf`);
    await writeFile(file, common(folder, port) + text);
    children.push(start(`swift-${name}`, [file]));
  };
  const memcached = await freePort();
  const ports = await Promise.all(kinds.map(async (kind) => ({ kind, port: await freePort() })));
  const places = ports.map(({ kind, port }) => `${kind}:${port}`);
  await execute('/usr/bin/python3', ['-c', rings, folder, ...places]);
  children.push(start('memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(memcached)]));
  for (const { kind, port } of ports) await run(`${kind}-server`, port, storage(kind));
  await run('proxy-server', front, proxy(memcached));
  await Promise.all([memcached, front, ...ports.map(({ port }) => port)].map(answers));
}

/** Starts an endpoint; it is ready when this resolves, in about three seconds. */
export async function startSwift(): Promise<SwiftServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-swift-'));
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const front = await freePort();
  const endpoint = `http://127.0.0.1:${front}`;
  try {
    await startDaemons(folder, front, children);
    await makeBucket(endpoint, 'events');
    return { endpoint, bucket: 'events', keys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
