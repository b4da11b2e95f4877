import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { checkSizes, percentile } from './check-sizes.ts';
import { tempProject } from './temp-project.ts';

const lines = (count: number, line = '// a line') => Array.from({ length: count }, () => line).join('\n');
const small = {
  'src/kernel/a.ts': 'export {};',
  'src/kernel/b.ts': 'export {};',
  'src/kernel/c.ts': 'export {};',
};

function messages(t: TestContext, files: Record<string, string>): string[] {
  return checkSizes(tempProject(t, files)).problems.map(
    ({ path, line, message }) => `${path}:${line} ${message}`,
  );
}

describe('sizes', () => {
  test('small files pass', (t) => {
    assert.deepEqual(messages(t, small), []);
  });

  test('a file may have 500 lines and not one more, a style sheet too', (t) => {
    const files = { ...small, 'src/kernel/long.ts': lines(501), 'src/kernel/whole.ts': lines(500) };
    assert.deepEqual(messages(t, files), ['src/kernel/long.ts:1 has 501 lines, over 500']);
    assert.match(
      messages(t, { ...small, 'web/app/look.css': lines(501, 'a {}') }).join(),
      /look.css:1 has 501/,
    );
  });

  test('the median source file must be under 80 lines; tests do not count', (t) => {
    const files = {
      'src/kernel/long.ts': lines(80),
      'src/kernel/a.test.ts': 'export {};',
      'test/b.test.ts': '',
    };
    assert.match(messages(t, files).join(), /the median source file has 80 lines/);
  });

  test('a function may have 60 lines and not one more, whatever its form', (t) => {
    const body = (count: number) => `{\n${lines(count - 2)}\n}`;
    const source = `function f() ${body(61)}\nconst g = () => ${body(61)};\nclass C {\n  h() ${body(61)}\n  i() ${body(60)}\n}`;
    const found = messages(t, { ...small, 'src/kernel/f.ts': source }).map(
      (message) => message.split(' ')[1],
    );
    assert.deepEqual(found, ['f', 'g', 'h']);
  });

  test('a component may have 75 lines', (t) => {
    const component = (count: number) => `export function Pin() {\n${lines(count - 3)}\nreturn <p />;\n}`;
    assert.deepEqual(messages(t, { ...small, 'web/app/pin.tsx': component(75) }), []);
    assert.match(
      messages(t, { ...small, 'web/app/pin.tsx': component(76) }).join(),
      /Pin has 76 lines, over 75/,
    );
  });

  test('a suite of short tests is no long function, a long test is', (t) => {
    const suite = (count: number) =>
      `describe('x', () => {\n${`test('y', () => {\n${lines(count)}\n});\n`.repeat(4)}});`;
    assert.deepEqual(messages(t, { ...small, 'src/kernel/a.test.ts': suite(50) }), []);
    assert.equal(messages(t, { ...small, 'src/kernel/a.test.ts': suite(60) }).length, 4);
  });

  test('any is refused in types, and fine in words', (t) => {
    const source = "// any\nconst any = 'any';\nexport const x: Record<string, any> = { any };";
    assert.deepEqual(messages(t, { ...small, 'src/kernel/any.ts': source }), [
      'src/kernel/any.ts:3 says any',
    ]);
  });
});

test('a percentile is the value that so many of the numbers lie below', () => {
  assert.equal(percentile([3, 1, 2], 0.5), 2);
  assert.equal(percentile([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 0.9), 100);
  assert.equal(percentile([], 0.5), 0);
});
