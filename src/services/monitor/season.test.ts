import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quarterOf, Season } from './season.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A Monday. */
const monday = Date.UTC(2026, 2, 2);
const isWeekend = (day: number): boolean => day % 7 >= 5;

/** Weeks of 100 on weekdays and 20 on weekends. */
function lived(days: number, season = new Season(), from = 0): Season {
  for (let day = from; day < from + days; day++)
    for (let quarter = 0; quarter < 96; quarter++)
      season.learn(quarterOf(monday + day * dayMs) + quarter, isWeekend(day) ? 20 : 100, 1);
  return season;
}
const noonOf = (season: Season, day: number) => season.at(monday + (day + 0.5) * dayMs);

test('the shape of a day is all there is in the first week', () => {
  const season = lived(7);
  assert.equal(noonOf(season, 7)?.level, 100);
  assert.equal(noonOf(season, 12)?.level, 100);
  assert.equal(noonOf(lived(1), 1), undefined);
});

test('a day of the week has its own shape after two weeks', () => {
  const season = lived(14);
  for (let day = 14; day < 21; day++) {
    const usual = noonOf(season, day);
    assert.deepEqual([usual?.level, usual?.spread], [isWeekend(day) ? 20 : 100, 0], `day ${day}`);
  }
});

test('what changes for good is usual after some weeks, and what is older than four weeks is forgotten', () => {
  const season = lived(28);
  for (let day = 28; day < 56; day++)
    for (let quarter = 0; quarter < 96; quarter++)
      season.learn(quarterOf(monday + day * dayMs) + quarter, 50, 1);
  assert.equal(noonOf(season, 61)?.level, 50);
  assert.ok(season.toJson().every((days) => days.length === 28));
});

test('a memory is taken up, also one that does not say which days it is of', () => {
  const saved = JSON.parse(JSON.stringify(lived(14).toJson())) as [number, number, number][][];
  assert.equal(noonOf(new Season(saved), 19)?.level, 20);
  const old = saved.map((days) => days.slice(-7).map(([level, scatter]) => [level, scatter]));
  assert.equal(noonOf(new Season(old), 19)?.level, 100);
  assert.equal(noonOf(lived(14, new Season(old), 14), 33)?.level, 20);
  assert.equal(new Season([[['x']]]).known, 0);
});
