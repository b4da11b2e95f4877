import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** Preloaded: tells on standard error of every module that the process loads. */
const telling = `
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    writeSync(2, url + '\\n');
    return next(url, context);
  },
});`;

/** The modules that `pinakes WORDS…` loads. */
async function loadedBy(...words: string[]): Promise<string[]> {
  const preload = `data:text/javascript,${encodeURIComponent(telling)}`;
  const main = path.join(import.meta.dirname, 'main.ts');
  const run = promisify(execFile)(process.execPath, ['--import', preload, main, ...words]);
  const { stderr } = await run.catch((failed: { stderr: string }) => failed);
  return stderr.split('\n').filter((line) => /^(?:file|node):/.test(line));
}

for (const words of [['--help'], ['nonsense'], ['search', '--limit', '0']]) {
  test(`\`pinakes ${words.join(' ')}\` answers without loading schemas, settings or services`, async () => {
    const loaded = await loadedBy(...words);
    assert.ok(loaded.some((url) => url.endsWith('/cli/main.ts')));
    const heavy = loaded.filter((url) => /typebox|cli-progress|compose|config\/config/.test(url));
    assert.deepEqual(heavy, []);
  });
}
