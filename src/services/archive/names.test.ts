import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourOf, nameOf, rangeOf } from './names.ts';

const range = {
  topic: 'my-topic',
  partition: 3,
  first: 100,
  last: 199,
  hour: hourOf(Date.UTC(2026, 10, 26, 5)),
};
const name =
  'topic=my-topic/dt=2026-11-26/hr=05/my-topic-3-00000000000000000100-00000000000000000199.parquet';

test('a name says what its file holds, and is read back', () => {
  assert.equal(nameOf(range), name);
  assert.deepEqual(rangeOf(name), range);
});

test('other names are no files of the archive', () => {
  for (const other of [
    name.replace('/my-topic-3', '/other-3'),
    name.replace('hr=05', 'hr=25'),
    name.replace('dt=2026-11-26', 'dt=2026-13-26'),
    name.replace('.parquet', '.parquet.lines'),
    `x/${name}`,
    'topic=my-topic/README',
  ])
    assert.equal(rangeOf(other), undefined, other);
});
