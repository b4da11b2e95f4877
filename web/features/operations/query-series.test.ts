import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryAnswer } from '#services/queries/contract';
import { drawingOf, topOf } from './query-series.ts';

const column = (name: string, kind: 'number' | 'text') => ({ name, kind, type: kind });
const answer = (columns: QueryAnswer['columns'], rows: QueryAnswer['rows']): QueryAnswer => ({
  ...{ columns, rows, isCut: false, ms: 1 },
});

test('days are drawn as lines, other names as bars', () => {
  const columns = [column('day', 'text'), column('pins', 'number')];
  const days = answer(columns, [
    ['2026-01-01', 3],
    ['2026-01-02', null],
  ]);
  const drawing = drawingOf(days);
  assert.deepEqual(drawing, {
    ...{ kind: 'line', labels: ['2026-01-01', '2026-01-02'] },
    series: [{ name: 'pins', values: [3, 0] }],
  });
  assert.equal(topOf(drawing as NonNullable<typeof drawing>), 3);
  assert.equal(drawingOf(answer(columns, [['boats', 3]]))?.kind, 'bar');
});

test('a ready-made query says itself what is drawn', () => {
  const columns = [column('board', 'text'), column('id', 'number'), column('saves', 'number')];
  const drawing = drawingOf(answer(columns, [['Boats', 7, 2]]), { kind: 'bar', x: 'board', y: ['saves'] });
  assert.deepEqual(drawing?.series, [{ name: 'saves', values: [2] }]);
});

test('without rows or numbers nothing is drawn, and numbers too large to be exact are no heights', () => {
  assert.equal(drawingOf(answer([column('a', 'text')], [['x']])), undefined);
  assert.equal(drawingOf(answer([column('a', 'text'), column('n', 'number')], [])), undefined);
  const ids = answer([column('a', 'text'), column('id', 'number')], [['x', '241294492511762325']]);
  assert.equal(drawingOf(ids), undefined);
});
