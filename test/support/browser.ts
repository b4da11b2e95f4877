/** A real headless Chromium that comes with the development packages. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const packages = path.resolve(import.meta.dirname, '../../node_modules');
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function version(): Promise<string> {
  const text = await readFile(path.join(packages, '@sparticuz/chromium/package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Unpacks once; processes that do it at the same time each unpack aside and the first rename wins. */
async function unpack(): Promise<string> {
  const folder = path.join(packages, '.cache', `chromium-${await version()}`);
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  await mkdir(aside, { recursive: true });
  const script = path.join(import.meta.dirname, 'unpack-browser.ts');
  await promisify(execFile)(process.execPath, [script], { env: { ...process.env, TMPDIR: aside } });
  await rename(aside, folder).catch(() => rm(aside, { recursive: true, force: true }));
  return folder;
}

/** The package's own settings look for fonts in folders that are not there. Without any font, pages are blank or end the browser. */
async function fontSettings(unpacked: string): Promise<string> {
  const file = path.join(unpacked, 'fonts', 'pinakes.conf');
  const settings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(unpacked, 'fonts')}</dir>
  <cachedir>${path.join(unpacked, 'fonts-cache')}</cachedir>
</fontconfig>
`;
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, settings);
  await rename(aside, file);
  return file;
}

/** Starts the browser; close it in the test's teardown. Falls back to the libraries in its package where the machine lacks some. */
export async function startBrowser(): Promise<Browser> {
  const unpacked = await unpack();
  const options = { executablePath: path.join(unpacked, 'chromium'), headless: true, args: flags };
  const env = { ...(process.env as Record<string, string>), FONTCONFIG_FILE: await fontSettings(unpacked) };
  try {
    return await chromium.launch({ ...options, env });
  } catch {
    return chromium.launch({
      ...options,
      env: { ...env, LD_LIBRARY_PATH: path.join(unpacked, 'al2023/lib') },
    });
  }
}
