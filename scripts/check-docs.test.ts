import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { checkDocs } from './check-docs.ts';
import { tempProject } from './temp-project.ts';

function messages(t: TestContext, content: string, path = 'src/kernel/a.ts'): string[] {
  return checkDocs(tempProject(t, { [path]: content })).problems.map(
    ({ line, message }) => `${line} ${message}`,
  );
}

const exports = [
  'export function made(): void {}',
  'export class Made {}',
  'export interface Made {}',
  'export type Made = string;',
  'export const made = 1;',
  'export abstract class Made {}',
  'export default function made(): void {}',
];

describe('docs', () => {
  for (const line of exports) {
    test(`a docstring is asked of: ${line}`, (t) => {
      assert.match(messages(t, line).join(), /^1 .* exported without a docstring$/);
      assert.deepEqual(messages(t, `/** Makes it. */\n${line}`), []);
    });
  }

  test('a plain comment, an empty one and one that belongs to something else are no docstrings', (t) => {
    assert.equal(messages(t, '// Makes it.\nexport const a = 1;').length, 1);
    assert.equal(messages(t, '/** */\nexport const a = 1;').length, 1);
    assert.deepEqual(messages(t, '/** Of b. */\nconst b = 1;\nexport const a = b;'), [
      '3 a is exported without a docstring',
    ]);
  });

  test("a schema's docstring serves its type too, and one overload's serves all", (t) => {
    const schema =
      '/** A pin. */\nexport const PinSchema = make();\nexport type Pin = Static<typeof PinSchema>;';
    assert.deepEqual(messages(t, schema), []);
    const overloads =
      '/** Reads. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;\nexport function f(a: 1 | 2) { return a; }';
    assert.deepEqual(messages(t, overloads), []);
  });

  test('tests and the web app need no docstrings', (t) => {
    assert.deepEqual(messages(t, 'export const a = 1;', 'src/kernel/a.test.ts'), []);
    assert.deepEqual(messages(t, 'export const a = 1;', 'web/shared/a.ts'), []);
  });

  test('work put off in a comment is refused, in the web app too', (t) => {
    for (const word of ['TODO', 'FIXME', 'XXX', 'HACK']) {
      assert.deepEqual(messages(t, `const a = 1;\n// ${word}: later`), [`2 has a comment that says ${word}`]);
    }
    assert.equal(messages(t, '/* FIXME */', 'web/shared/a.ts').length, 1);
    assert.deepEqual(messages(t, "const word = 'TODO';"), []);
  });
});
