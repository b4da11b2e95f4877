import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { checkFloors } from './check-floors.ts';
import { tempProject } from './temp-project.ts';

/** A small house in order; each test puts one bad import into it. */
const house = {
  'src/kernel/ids.ts': 'export type Id = string;',
  'src/engines/blobs/port.ts': "import type { Id } from '#kernel/ids'; export type Blobs = Id;",
  'src/engines/blobs/disk.ts': "import type { Blobs } from './port.ts'; export const disk: Blobs = '';",
  'src/engines/blobs/contract.ts': "import { test } from 'node:test'; export const suite = test;",
  'src/engines/blobs/disk.test.ts': "import './contract.ts'; import './disk.ts';",
  'src/engines/cache/port.ts': 'export {};',
  'src/engines/shards/transfer.ts': 'export type Transfer = string;',
  'src/engines/shards/routed.ts': 'export type Routed = string;',
  'src/services/moves/moves.ts':
    "import type { Transfer } from '#engines/shards/transfer'; export type M = Transfer;",
  'src/services/pins/contract.ts': "import type { Id } from '#kernel/ids'; export type Pins = Id;",
  'src/services/pins/pins.ts': "import type { Blobs } from '#engines/blobs/port'; export type P = Blobs;",
  'src/services/pins/pins.test.ts': "import '#engines/blobs/disk'; import '../boards/index.ts';",
  'src/services/boards/index.ts':
    "import type { Pins } from '#services/pins/contract'; export type B = Pins;",
  'src/apps/compose.ts': "import '#engines/blobs/disk'; import '#services/boards/index';",
  'web/app/main.ts': "import '../features/pin/view.ts';",
  'web/features/pin/view.ts':
    "import '../../shared/button.ts'; import type { Pins } from '#services/pins/contract';",
  'web/features/board/view.ts': 'export {};',
  'web/shared/button.ts': "import type { Id } from '#kernel/ids';",
  'test/whole.test.ts': "import '#apps/compose';",
};

function objections(t: TestContext, path: string, content: string): string[] {
  const { problems } = checkFloors(tempProject(t, { ...house, [path]: content }));
  return problems.map((problem) => `${problem.path} ${problem.message}`);
}

/** Each breaks one rule: file, what it imports, what the checker says. */
const bad: [string, string, RegExp][] = [
  ['src/kernel/up.ts', '#engines/blobs/port', /kernel may not import from engines/],
  ['src/engines/blobs/up.ts', '#services/pins/contract', /engines may not import from services/],
  ['src/engines/blobs/side.ts', '#engines/cache/lru', /only the kernel, its own folder/],
  ['src/engines/blobs/up.test.ts', '#apps/compose', /engines may not import from apps/],
  ['src/services/pins/adapter.ts', '#engines/blobs/disk', /only its port.ts/],
  ['src/services/moves/router.ts', '#engines/shards/routed', /only its port.ts/],
  ['src/services/pins/inside.ts', '../boards/index.ts', /only its contract.ts/],
  ['src/services/pins/up.ts', '#apps/compose', /services may not import from apps/],
  ['src/apps/suite.ts', '#engines/blobs/contract', /for tests only/],
  ['src/apps/out.ts', '../../test/whole.test.ts', /may not import from test/],
  ['src/stray.ts', '#kernel/ids', /stands on no floor/],
  ['web/shared/up.ts', '../features/pin/view.ts', /web shared may not import from web features/],
  ['web/features/board/side.ts', '../pin/view.ts', /not import from another feature/],
  ['web/features/board/up.ts', '../../app/main.ts', /web features may not import from web app/],
  ['web/app/server.ts', '#services/pins/pins', /only the kernel and services' contract/],
];

describe('floors', () => {
  test('a house in order passes', (t) => {
    assert.deepEqual(objections(t, 'src/kernel/clock.ts', "import type { Id } from './ids.ts';"), []);
  });

  for (const [path, specifier, message] of bad) {
    test(`${path} may not import ${specifier}`, (t) => {
      const [first = '', ...others] = objections(t, path, `import type { X } from '${specifier}';`);
      assert.ok(first.startsWith(path));
      assert.match(first, message);
      assert.deepEqual(others, []);
    });
  }

  const forms = {
    're-export': "export * from '#services/pins/pins';",
    'named re-export': "export { P } from '#services/pins/pins';",
    'dynamic import': "const it = import('#services/pins/pins');",
    'import type expression': "type P = import('#services/pins/pins').P;",
    "worker's URL": "new Worker(new URL('../../services/pins/pins.ts', import.meta.url));",
  };
  for (const [form, content] of Object.entries(forms)) {
    test(`a ${form} counts as an import`, (t) => {
      assert.match(
        objections(t, 'src/engines/cache/sly.ts', content).join(),
        /engines may not import from services/,
      );
    });
  }

  test('a circle of imports is told once, with its files', (t) => {
    const root = tempProject(t, {
      'src/kernel/a.ts': "import './b.ts';",
      'src/kernel/b.ts': "import type { C } from './c.ts';",
      'src/kernel/c.ts': "import './a.ts';",
    });
    const messages = checkFloors(root).problems.map(({ message }) => message);
    const circle = 'src/kernel/a.ts → src/kernel/b.ts → src/kernel/c.ts → src/kernel/a.ts';
    assert.deepEqual(messages, [`imports itself in a circle: ${circle}`]);
  });
});
