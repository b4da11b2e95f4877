/** Pictures: immutable URLs, revalidation, byte ranges. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PictureFormat, type PictureWidth, pictureWidths } from '#engines/pictures/port';
import { NotFoundError } from '#kernel/errors';
import type { Variant, VariantRequest } from '#services/media/contract';
import type { ApiDeps } from '../deps.ts';
import { parseRange } from '../range.ts';

const file = /^(\d+|original)\.(avif|webp|jpe?g|auto)$/;
const year = 365 * 24 * 60 * 60;

function parseRequest(request: FastifyRequest): VariantRequest {
  const { signature, name } = request.params as { signature: string; name: string };
  const [, size, extension] = file.exec(name) ?? [];
  const width = size === 'original' ? size : pictureWidths.find((known) => String(known) === size);
  if (!/^[0-9a-f]{64}$/.test(signature) || width === undefined || !extension)
    throw new NotFoundError('picture');
  const format = (extension.startsWith('jp') ? 'jpeg' : extension) as PictureFormat | 'auto';
  return {
    signature,
    width: width as PictureWidth | 'original',
    format,
    accept: request.headers.accept ?? '',
  };
}

function setHeaders(reply: FastifyReply, variant: Variant, wanted: VariantRequest, etag: string): void {
  const scope = variant.public ? 'public' : 'private';
  // What only some may see is asked for again each time, so that taking it back takes effect.
  reply.header(
    'cache-control',
    variant.public ? `${scope}, max-age=${year}, immutable` : `${scope}, no-cache`,
  );
  reply.header('content-type', variant.type).header('etag', etag).header('accept-ranges', 'bytes');
  if (wanted.format === 'auto') reply.header('vary', 'Accept');
  if (wanted.width === 'original') reply.header('content-security-policy', "default-src 'none'; sandbox");
}

async function sendVariant(
  request: FastifyRequest,
  reply: FastifyReply,
  variant: Variant,
  etag: string,
): Promise<FastifyReply> {
  if (request.headers['if-none-match']?.includes(etag)) return reply.status(304).send();
  const range = parseRange(
    request.headers.range,
    variant.bytes,
    request.headers['if-range']?.toString(),
    etag,
  );
  if (range === 'unsatisfiable') {
    return reply.status(416).header('content-range', `bytes */${variant.bytes}`).send();
  }
  if (!range) return reply.header('content-length', variant.bytes).send(await variant.open());
  reply.status(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${variant.bytes}`);
  return reply.header('content-length', range.end - range.start).send(await variant.open(range));
}

/** `/img/<signature>/<width>.<format>`. */
export function imageRoutes(server: FastifyInstance, { services: { media } }: ApiDeps): void {
  server.get('/img/:signature/:name', { schema: { hide: true } }, async (request, reply) => {
    const wanted = parseRequest(request);
    const variant = await media.variant(request.viewer, wanted);
    const etag = `"${variant.key}"`;
    setHeaders(reply, variant, wanted, etag);
    return sendVariant(request, reply, variant, etag);
  });
}
