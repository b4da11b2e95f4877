/** A plain static file server: stat, headers, stream; what a careful person writes in an afternoon. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';

const { files, port } = workerData as { files: string; port: number };

async function pathsBySignature(): Promise<Record<string, string>> {
  const names = await readdir(files, { recursive: true });
  const entries = names.flatMap((name) => {
    const signature = /([0-9a-f]{64})\/474\.webp$/.exec(name)?.[1];
    return signature === undefined ? [] : [[signature, `/${name}`] as const];
  });
  return Object.fromEntries(entries);
}

const server = createServer(async (request, response) => {
  const file = path.join(files, path.normalize(`/${request.url ?? ''}`));
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'image/webp',
    'content-length': info.size,
    'last-modified': info.mtime.toUTCString(),
    'cache-control': 'public, max-age=31536000, immutable',
  });
  pipeline(createReadStream(file), response, () => undefined);
});
server.listen(port, '127.0.0.1', async () => parentPort?.postMessage(await pathsBySignature()));
