/** The built browser code: which files a page needs, and serving them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { UnavailableError } from '#kernel/errors';

/** URLs of what the first page loads. */
export interface PageAssets {
  readonly scripts: string[];
  readonly styles: string[];
  readonly preloads: string[];
}

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly css?: string[];
  readonly imports?: string[];
  readonly assets?: string[];
}
type Manifest = Record<string, Chunk>;

function withImports(manifest: Manifest, key: string, seen = new Set<string>()): Chunk[] {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return [];
  seen.add(key);
  return [chunk, ...(chunk.imports ?? []).flatMap((name) => withImports(manifest, name, seen))];
}

/** Reads vite's manifest. Throws `UnavailableError` when the web app is not built. */
export async function readAssets(distFolder: string): Promise<PageAssets> {
  const file = path.join(distFolder, 'client/.vite/manifest.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UnavailableError('the web app is not built: start with `npm start`', error);
  });
  const manifest = JSON.parse(text) as Manifest;
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
  const chunks = entry === undefined ? [] : withImports(manifest, entry);
  const url = (name: string) => `/${name}`;
  const assets = [...new Set(chunks.flatMap((chunk) => chunk.assets ?? []))];
  return {
    scripts: chunks.slice(0, 1).map((chunk) => url(chunk.file)),
    styles: [...new Set(chunks.flatMap((chunk) => chunk.css ?? []))].map(url),
    preloads: [...chunks.slice(1).map((chunk) => chunk.file), ...assets].map(url),
  };
}

/** Serves `web/dist/client`: hashed files for ever, the rest for an hour; precompressed where the client takes it. */
export async function serveAssets(server: FastifyInstance, distFolder: string): Promise<void> {
  const root = path.join(distFolder, 'client');
  await server.register(staticFiles, {
    root,
    wildcard: true,
    index: false,
    preCompressed: true,
    decorateReply: false,
    prefix: '/',
    allowedPath: (name) => !name.includes('/.'),
    setHeaders: (reply, file) => {
      const hashed = file.startsWith(path.join(root, 'assets'));
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'public, max-age=3600');
    },
  });
}
