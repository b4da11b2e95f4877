/** A small project of its own in a temporary folder, for tests of the scripts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const manifest = JSON.stringify({
  name: 'fixture',
  type: 'module',
  imports: {
    '#kernel/*': './src/kernel/*.ts',
    '#engines/*': './src/engines/*.ts',
    '#services/*': './src/services/*.ts',
    '#apps/*': './src/apps/*.ts',
  },
});

/** Writes `files` (path to content) beside a package.json; returns the folder, which goes when the test ends. */
export function tempProject(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'pinakes-scripts-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries({ 'package.json': manifest, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
