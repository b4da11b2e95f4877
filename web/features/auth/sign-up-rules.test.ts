import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameProblem, passwordProblem } from './sign-up-rules.ts';

test('names that fit the addresses pass', () => {
  for (const name of ['mira', 'M.Holm-2', 'a_', '9lives', '']) assert.equal(nameProblem(name), undefined);
});

test('other names are told what is wrong', () => {
  assert.match(nameProblem('.mira') ?? '', /letter or a digit/);
  assert.match(nameProblem('mi ra') ?? '', /only/);
  assert.match(nameProblem('m') ?? '', /Two/);
  assert.match(nameProblem('m'.repeat(31)) ?? '', /Thirty/);
});

test('a short password counts what is missing', () => {
  assert.equal(passwordProblem('1234567'), '1 more character.');
  assert.equal(passwordProblem('1234'), '4 more characters.');
  assert.equal(passwordProblem('12345678'), undefined);
  assert.match(passwordProblem('x'.repeat(201)) ?? '', /at most/);
});
