/** Traces, as a collector receives them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { photo } from './support/pictures.ts';
import { startSite } from './support/site.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number };
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

/** A collector that speaks OTLP over HTTP, and the spans that it was sent. */
async function collector(t: TestContext) {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    assert.equal(request.url, '/v1/traces');
    const body = JSON.parse(await text(request)) as Export;
    spans.push(...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { spans, url: `http://127.0.0.1:${address.port}` };
}

const telemetry = { statsd: null, statsdListen: null };

test('a request is one trace down to its shard, and goes on with the trace of its caller', async (t) => {
  const { spans, url } = await collector(t);
  const site = await startSite({ telemetry: { ...telemetry, otlp: { url, sample: 1 } } });
  const ada = await site.member('ada');
  const board = await ada.board('Harbours');
  await ada.pin(board.id, await photo('cat'));
  const [traceId, caller] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const { headers } = await ada.get(`/api/boards/${board.id}`, { traceparent: `00-${traceId}-${caller}-01` });
  assert.match(headers.get('traceresponse') ?? '', new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  await site.drain();
  await site.stop();

  const mine = spans.filter((span) => span.traceId === traceId);
  const root = mine.find(({ name }) => name === 'GET /api/boards/:id');
  assert.equal(root?.parentSpanId, caller);
  const call = mine.find(({ name }) => name === 'boards.get');
  assert.equal(call?.parentSpanId, root?.spanId);

  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const above = (span: Span | undefined): string[] =>
    span ? [...above(byId.get(span.parentSpanId ?? '')), span.name] : [];
  const paths = spans.map((span) => above(span).join(' > '));
  for (const expected of [
    /^POST \/api\/boards > boards\.create > .*shards\.commit/,
    /^POST \/api\/media > media\.\w+ > .*queue\.enqueue/,
    /^POST \/api\/media > media\.\w+ > .*blobs\./,
    /^job [\w-]+ > .*shards\./,
    /^POST \/api\/media > actions\.record > eventLog\.append/,
  ])
    assert.ok(
      paths.some((path) => expected.test(path)),
      `${expected} in\n${[...new Set(paths)].join('\n')}`,
    );
});

test('nothing of OpenTelemetry is loaded where no collector is named', async (t) => {
  const site = await startSite();
  t.after(() => site.stop());
  const { headers } = await site
    .visitor()
    .get('/healthz', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
  assert.equal(headers.get('traceresponse'), null);
  assert.equal(site.app.tracing, undefined);
});

test('a collector that is away, or refuses, is in nobody’s way', async () => {
  const site = await startSite({
    telemetry: { ...telemetry, otlp: { url: 'http://127.0.0.1:9', sample: 1 } },
    logLevel: 'silent',
  });
  assert.equal((await site.visitor().get('/healthz')).status, 200);
  await site.stop();
});
