import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlanFieldSpec, planGroups, readFigure, refusalText, shownFigure } from './plan-fields.ts';

const disk: PlanFieldSpec = { name: 'diskBytes', label: 'Disk', scale: 1e9 };

test('figures are shown in the unit of their field and read back the same', () => {
  assert.equal(shownFigure(disk, 1.5e12), '1500');
  assert.equal(readFigure(disk, ' 1500 '), '1500000000000');
  assert.equal(readFigure({ ...disk, scale: 1e3 }, '0.1'), '100');
  assert.equal(readFigure({ name: 'growth', label: 'Growth' }, '7.5'), '7.5');
});

test('nothing stays nothing, and what is no number is left for the server to refuse', () => {
  assert.equal(readFigure(disk, '  '), '');
  assert.equal(readFigure(disk, 'much'), 'much');
});

test('every figure of a plan has one field', () => {
  const names = planGroups.flatMap(({ fields }) => fields.map(({ name }) => name));
  assert.equal(new Set(names).size, names.length);
  assert.equal(names.length, 16);
});

test('a refusal names the limit in the unit of the field', () => {
  assert.equal(refusalText({ ...disk, unit: 'GB' }, 'diskBytes must be >= 1000000000'), 'at least 1 GB');
  assert.equal(
    refusalText({ name: 'people', label: 'People now' }, 'people must be <= 1e+10'),
    'at most 10000000000',
  );
  assert.equal(
    refusalText({ name: 'people', label: 'People now' }, 'people must be integer'),
    'People now must be integer',
  );
});
