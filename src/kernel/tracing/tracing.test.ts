import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '#kernel/log';
import { startCollector } from '../../../test/support/collector.ts';
import { openOtlp } from './otlp.ts';
import { traceCalls } from './tracing.ts';

class Shelf {
  readonly #things = ['vase'];
  get size(): number {
    return this.#things.length;
  }
  first(): string | undefined {
    return this.#things[0];
  }
  async last(): Promise<string | undefined> {
    return this.first();
  }
  async fail(): Promise<never> {
    throw new RangeError('secret words');
  }
}

test('calls within a span are spans below it, whatever they answer; others are calls', async (t) => {
  const { spans, url } = await startCollector(t);
  const tracing = await openOtlp({ url, sample: 1, log: silentLog });
  const shelf = traceCalls(tracing, 'shelf', new Shelf());
  assert.equal(shelf.first(), 'vase');
  const root = tracing.begin('GET /');
  let later: (() => unknown) | undefined;
  await root.run(async () => {
    assert.deepEqual([shelf.size, shelf.first(), await shelf.last()], [1, 'vase', 'vase']);
    await assert.rejects(shelf.fail(), RangeError);
    assert.match(tracing.traceparent() ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    const { promise, resolve } = Promise.withResolvers<void>();
    void promise.then(() => shelf.first());
    later = resolve;
  });
  root.end();
  // A worker that a request woke goes on without it.
  later?.();
  await Promise.resolve();
  assert.equal(tracing.traceparent(), undefined);
  await tracing.close();
  const below = spans.filter(({ parentSpanId }) => parentSpanId !== undefined);
  assert.deepEqual(below.map(({ name }) => name).sort(), ['shelf.fail', 'shelf.first', 'shelf.last']);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const failed = spans.find(({ name }) => name === 'shelf.fail');
  assert.deepEqual(failed?.status, { code: 2, message: 'RangeError' });
});

test('what callers say of sampling is followed, and their nonsense is passed over', async (t) => {
  const { spans, url } = await startCollector(t);
  const tracing = await openOtlp({ url, sample: 0, log: silentLog });
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  for (const [name, traceparent] of [
    ['asked for', `00-${id}-00f067aa0ba902b7-01`],
    ['not asked for', `00-${id}-00f067aa0ba902b7-00`],
    ['nonsense', 'x'.repeat(10_000)],
  ] as const) {
    const span = tracing.begin(name, { traceparent });
    span.run(() => tracing.within('below', () => undefined));
    span.end();
  }
  await tracing.close();
  assert.deepEqual(spans.map(({ name }) => name).sort(), ['asked for', 'below']);
});

test('a collector that is away is in nobody’s way', async () => {
  const tracing = await openOtlp({ url: 'http://127.0.0.1:9', sample: 1, log: silentLog });
  const span = tracing.begin('GET /');
  assert.equal(
    span.run(() => tracing.within('work', () => 5)),
    5,
  );
  span.end();
  await tracing.close();
});
