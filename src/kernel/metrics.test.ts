import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metrics } from './metrics.ts';

describe('metrics', () => {
  test('asking twice for a name gives the same metric, so that counts add up', async () => {
    const metrics = new Metrics();
    metrics.counter('pinakes_saves', 'Saves').inc();
    metrics.counter('pinakes_saves', 'Saves').inc(2);
    assert.match(await metrics.registry.metrics(), /^pinakes_saves 3$/m);
  });

  test('two instances count apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.counter('pinakes_saves', 'Saves').inc();
    other.counter('pinakes_saves', 'Saves');
    assert.match(await other.registry.metrics(), /^pinakes_saves 0$/m);
  });

  test('a gauge with a reader is read at every scrape', async () => {
    const metrics = new Metrics();
    let depth = 1;
    metrics.gauge('pinakes_queue_jobs', 'Jobs waiting', () => depth);
    assert.match(await metrics.registry.metrics(), /^pinakes_queue_jobs 1$/m);
    depth = 4;
    assert.match(await metrics.registry.metrics(), /^pinakes_queue_jobs 4$/m);
  });

  test('a timer sorts durations into buckets by label', async () => {
    const metrics = new Metrics();
    metrics.timer('pinakes_search_seconds', 'Search', ['kind']).observe({ kind: 'words' }, 0.004);
    const text = await metrics.registry.metrics();
    assert.match(text, /^pinakes_search_seconds_bucket\{le="0.0025",kind="words"\} 0$/m);
    assert.match(text, /^pinakes_search_seconds_bucket\{le="0.005",kind="words"\} 1$/m);
    assert.match(text, /^pinakes_search_seconds_count\{kind="words"\} 1$/m);
  });
});
