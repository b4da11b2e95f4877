import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOf, hourOf, nameOf } from './names.ts';

const content = {
  topic: 'my-topic',
  hour: hourOf(Date.UTC(2026, 10, 26, 5)),
  ranges: [{ partition: 3, first: 100, last: 199 }],
};
const name =
  'topic=my-topic/dt=2026-11-26/hr=05/my-topic-3-00000000000000000100-00000000000000000199.parquet';

test('a name says what its file holds, and is read back', () => {
  assert.equal(nameOf(content), name);
  assert.deepEqual(contentOf(name), content);
});

test('the name of a merged file tells all its ranges', () => {
  const ranges = [...content.ranges, { partition: 11, first: 0, last: 12345678901 }];
  const merged = nameOf({ ...content, ranges });
  assert.match(merged, /\/hr=05\/my-topic-merged-3_100_199-11_0_12345678901\.parquet$/);
  assert.deepEqual(contentOf(merged), { ...content, ranges });
});

test('other names are no files of the archive', () => {
  for (const other of [
    name.replace('/my-topic-3', '/other-3'),
    name.replace('hr=05', 'hr=25'),
    name.replace('dt=2026-11-26', 'dt=2026-13-26'),
    name.replace('.parquet', '.parquet.lines'),
    `x/${name}`,
    name.replace('3-00000000000000000100-00000000000000000199', 'merged-3_100_199'),
    'topic=my-topic/README',
  ])
    assert.equal(contentOf(other), undefined, other);
});
