import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { silentLog } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import { StatsdEmitter } from './emitter.ts';
import { nameOf, parseLine } from './lines.ts';
import { receiveStatsd } from './receiver.ts';

/** A real server that keeps datagrams. */
async function server(t: TestContext) {
  const socket = createSocket('udp4');
  const datagrams: string[] = [];
  socket.on('message', (message) => datagrams.push(message.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  const lines = () => datagrams.flatMap((one) => one.split('\n'));
  /** Resolves when lines have come of which one matches. */
  const until = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines().find((line) => pattern.test(line));
      if (found !== undefined) return found;
      await once(socket, 'message');
    }
  };
  return { to: { host: '127.0.0.1', port: socket.address().port }, datagrams, until, lines };
}

function emitter(t: TestContext, metrics: Metrics, to: { host: string; port: number }) {
  const made = new StatsdEmitter({ metrics, to, log: silentLog, intervalMs: 3_600_000 });
  made.start();
  t.after(() => made.stop());
  return made;
}

test('counters arrive as increases, gauges as they are, durations one by one in milliseconds', async (t) => {
  const { to, until, lines } = await server(t);
  const metrics = new Metrics();
  const saves = metrics.counter('pinakes_saves_total', 'Saves', ['kind']);
  const depth = metrics.gauge('pinakes_queue_jobs', 'Jobs', () => -3);
  const timer = metrics.timer('pinakes_http_request_seconds', 'Requests', ['route', 'status']);
  const statsd = emitter(t, metrics, to);
  assert.ok(depth);
  saves.inc({ kind: 'new' }, 2);
  await statsd.flush();
  saves.inc({ kind: 'new' }, 3);
  timer.observe({ route: 'GET /api/pins/:id', status: '2xx' }, 0.0125);
  const end = timer.startTimer({ route: 'GET /', status: '5xx' });
  end();
  await statsd.flush();
  await until(/^pinakes\.saves\.new:3\|c$/);
  assert.ok(lines().includes('pinakes.saves.new:2|c'));
  assert.ok(lines().includes('pinakes.http_request.GET_api_pins_id.2xx:12.5|ms'));
  await until(/^pinakes\.http_request\.GET\.5xx:[\d.]+\|ms$/);
  const gauge = lines().filter((line) => line.startsWith('pinakes.queue_jobs'));
  assert.deepEqual(gauge.slice(0, 2), ['pinakes.queue_jobs:0|g', 'pinakes.queue_jobs:-3|g']);
});

test('many lines go in few datagrams, none of them too long for a network', async (t) => {
  const { to, until, datagrams, lines } = await server(t);
  const metrics = new Metrics();
  const counter = metrics.counter('pinakes_things_total', 'Things', ['name']);
  for (let i = 0; i < 200; i += 1) counter.inc({ name: `thing-${i}` });
  await emitter(t, metrics, to).flush();
  await until(/thing-199:1\|c$/);
  assert.equal(lines().filter((line) => line.includes('thing-')).length, 200);
  assert.ok(datagrams.every((one) => Buffer.byteLength(one) <= 1432));
  assert.ok(datagrams.length < 10, `${datagrams.length} datagrams`);
});

test('a server that is not there costs nothing but datagrams', async (t) => {
  const metrics = new Metrics();
  metrics.counter('pinakes_saves_total', 'Saves').inc();
  const free = createSocket('udp4').bind(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  await new Promise<void>((done) => free.close(done));
  const statsd = emitter(t, metrics, { host: '127.0.0.1', port });
  for (let i = 0; i < 5; i += 1) await statsd.flush();
  const unknown = emitter(t, metrics, { host: 'no-such-host.invalid', port });
  await unknown.flush();
  assert.match(await metrics.registry.metrics(), /^pinakes_statsd_dropped_total [1-9]/m);
});

async function sent(socket: Socket, port: number, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.send(text, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
  });
}

test("others' metrics join ours; what is malformed or too much is counted and dropped", async (t) => {
  const metrics = new Metrics();
  const at = { host: '127.0.0.1', port: 0 };
  const receiver = await receiveStatsd({ metrics, at, log: silentLog, mostNames: 3 });
  const socket = createSocket('udp4');
  t.after(async () => {
    socket.close();
    await receiver.close();
  });
  await sent(
    socket,
    receiver.address.port,
    'mail.sent:2|c\nmail.sent:1|c|@0.1\nmail.queue:7|g\nmail.queue:-2|g',
  );
  await sent(
    socket,
    receiver.address.port,
    'mail.took:250|ms\nmail.took\nmail.sent:x|c\nmail.sent:-1|c\na:1|c|#tag',
  );
  await sent(socket, receiver.address.port, 'mail.more:1|c\nmail.other:1|g\nlast:1|c');
  const text = async () => metrics.registry.metrics();
  while (!/outcome="too_many_names"\} 3/.test(await text())) await new Promise(setImmediate);
  const all = await text();
  assert.match(all, /^pinakes_statsd_received_total\{name="mail.sent"\} 12$/m);
  assert.match(all, /^pinakes_statsd_received_value\{name="mail.queue"\} 5$/m);
  assert.match(all, /^pinakes_statsd_received_seconds_sum\{name="mail.took"\} 0.25$/m);
  assert.match(all, /^pinakes_statsd_lines_total\{outcome="malformed"\} 4$/m);
  assert.doesNotMatch(all, /mail\.more|mail\.other/);
});

test('a flood is taken up to its rate', async (t) => {
  const metrics = new Metrics();
  const at = { host: '127.0.0.1', port: 0 };
  const receiver = await receiveStatsd({ metrics, at, log: silentLog, linesPerSecond: 10 });
  const socket = createSocket('udp4');
  t.after(async () => {
    socket.close();
    await receiver.close();
  });
  await sent(socket, receiver.address.port, Array.from({ length: 100 }, () => 'a:1|c').join('\n'));
  while (!/outcome="too_fast"\}/.test(await metrics.registry.metrics())) await new Promise(setImmediate);
  const [, taken] = /received_total\{name="a"\} (\d+)/.exec(await metrics.registry.metrics()) ?? [];
  assert.ok(Number(taken) <= 20, `${taken} taken`);
});

test('lines are read strictly, and names of series are safe to send', () => {
  assert.deepEqual(parseLine('a.b:1.5|ms|@0.5'), {
    ...{ name: 'a.b', kind: 'timer', value: 1.5, isChange: false, rate: 0.5 },
  });
  for (const bad of ['', 'a', 'a:1', 'a:|c', 'a:1|s', 'a:1|c|@2', 'a:1|c|@0.0', 'a b:1|c', 'a:1e9|c', ':1|c'])
    assert.equal(parseLine(bad), undefined, bad);
  assert.equal(nameOf('pinakes_x_seconds', { b: 'q:1|c\nevil', a: '' }), 'pinakes.x.none.q_1_c_evil');
});
