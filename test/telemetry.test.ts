/** Metrics and traces of a whole site, as other programs receive and send them. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type ReceivedSpan, startCollector } from './support/collector.ts';
import { photo } from './support/pictures.ts';
import { startSite } from './support/site.ts';
import type { Visitor } from './support/visitor.ts';

async function udp(t: TestContext): Promise<{ socket: Socket; port: number; lines: string[] }> {
  const lines: string[] = [];
  const socket = createSocket('udp4', (message) => lines.push(...message.toString().split('\n')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => void socket.close());
  return { socket, port: socket.address().port, lines };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(done));
  return port;
}

const [traceId, caller] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

/** Each span behind those above it. */
function pathsOf(spans: readonly ReceivedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const above = (span: ReceivedSpan | undefined): string[] =>
    span ? [...above(byId.get(span.parentSpanId ?? '')), span.name] : [];
  return spans.map((span) => above(span).join(' > '));
}

/** Answers the pin on it. */
async function readsItsBoard(ada: Visitor): Promise<string> {
  const board = await ada.board('Harbours');
  const pin = await ada.pin(board.id, await photo('cat'));
  const { headers } = await ada.get(`/api/boards/${board.id}`, { traceparent: `00-${traceId}-${caller}-01` });
  assert.match(headers.get('traceresponse') ?? '', new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  return pin.id;
}

/** What the server records itself is gathered; a browser waits for its own. */
async function seesAPin(ada: Visitor, pinId: string, flush: () => Promise<void>): Promise<void> {
  const now = Date.now();
  const seen = { type: 'impression', v: 1, at: now, surface: 'home', pinId, rank: 0 };
  await flush();
  const actions = [{ id: 'action-000000000000', ...seen }];
  const { status } = await ada.post('/api/actions', { device: 'browser-0123456789', sentAt: now, actions });
  assert.equal(status, 202);
}

test('a request is one trace down to shard, log and queue; metrics go out and come in by StatsD', async (t) => {
  const [collector, statsd, port] = [await startCollector(t), await udp(t), await freePort()];
  const site = await startSite({
    telemetry: {
      otlp: { url: collector.url, sample: 1 },
      statsd: { host: '127.0.0.1', port: statsd.port },
      statsdListen: { host: '127.0.0.1', port },
    },
  });
  const ada = await site.member('ada');
  const pinId = await readsItsBoard(ada);
  await seesAPin(ada, pinId, () => site.app.services.actions.flush());
  statsd.socket.send('mailer.took:5|ms\nmailer.sent:3|c', port, '127.0.0.1');
  const metrics = () => ada.read<string>('/metrics');
  while (!/pinakes_statsd_received_total\{name="mailer.sent"\} 3/.test(await metrics()));
  await site.drain();
  await site.stop();

  assert.ok(
    statsd.lines.some((line) => /^pinakes\.http_request\.GET_api_boards_id\.2xx:[\d.]+\|ms$/.test(line)),
  );
  assert.ok(statsd.lines.some((line) => /^pinakes\.actions_recorded\.upload:1\|c$/.test(line)));
  assert.ok(statsd.lines.every((line) => !line.includes('mailer')));

  const mine = collector.spans.filter((span) => span.traceId === traceId);
  const root = mine.find(({ name }) => name === 'GET /api/boards/:id');
  assert.equal(root?.parentSpanId, caller);
  const paths = pathsOf(collector.spans);
  for (const expected of [
    /^GET \/api\/boards\/:id > boards\.get > shards\./,
    /^POST \/api\/boards > boards\.create > .*shards\.commit/,
    /^POST \/api\/media > media\.\w+ > .*queue\.enqueue/,
    /^POST \/api\/media > media\.\w+ > .*blobs\./,
    /^POST \/api\/media > media\.\w+ > .*job [\w-]+ > .*shards\./,
    /^POST \/api\/actions > actions\.recordBatch > eventLog\.append/,
  ])
    assert.ok(
      paths.some((path) => expected.test(path)),
      `${expected} in\n${[...new Set(paths)].join('\n')}`,
    );
});
