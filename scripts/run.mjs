#!/usr/bin/env node
/**
 * Every npm script comes through here: `node scripts/run.mjs VERB [arguments]`.
 *
 * Plain JavaScript for any Node from 18 on, since on a fresh clone it is the machine's
 * Node that runs it. It installs what is missing, builds what is stale, and hands over
 * to the Node that the lockfile pins. It writes to standard error only, so that
 * standard output is the program's own.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hand } from './setup/hand-over.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { findRuntime } from './setup/runtime.mjs';
import { ensureWebBuilt } from './setup/web.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const always = () => true;
const never = () => false;
/** Of the tests, only the app's and the whole system's look at the built web app. */
const forTests = (args) => args.length === 0 || args.some((arg) => /^(test|web|src\/apps)/.test(arg));

/** What each verb runs, whether it needs the built web app, and whether it needs the development packages. */
const verbs = {
  start: { script: 'src/apps/start.ts', web: always, dev: false },
  pinakes: { script: 'src/apps/cli/main.ts', web: (args) => args[0] === 'start', dev: false },
  bench: { script: 'bench/run.ts', web: always, dev: true },
  test: { script: 'scripts/test.ts', web: forTests, dev: true },
  'test:servers': { script: 'scripts/test-servers.ts', web: forTests, dev: true },
  check: { script: 'scripts/check.ts', web: never, dev: true },
  build: { web: always, dev: false },
};

/** Reports a problem to the person at the terminal and ends with `code`. */
function fail(message, code) {
  process.stderr.write(`pinakes: ${message}\n`);
  process.exit(code);
}

async function main([name, ...args]) {
  const verb = Object.hasOwn(verbs, name ?? '') ? verbs[name] : undefined;
  if (!verb) fail(`usage: node scripts/run.mjs ${Object.keys(verbs).join('|')} [arguments]`, 2);
  await ensureInstalled(root, verb.dev);
  const node = findRuntime(root);
  if (verb.web(args)) await ensureWebBuilt(root, node);
  if (verb.script) await hand(root, node, join(root, verb.script), args);
}

main(process.argv.slice(2)).catch((error) => fail(error.message, 1));
