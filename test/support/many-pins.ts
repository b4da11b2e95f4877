/** A site with a great many pins. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PinView } from '#services/pins/contract';
import { preparedFolder } from './prepared.ts';
import { seedPins } from './seed.ts';
import { type Site, startSiteIn } from './site.ts';
import { password, type Visitor } from './visitor.ts';

/** How many pins there are. */
export const manyPins = 500;

const boardCount = 10;
const list = 'pins.json';

async function fill(folder: string): Promise<void> {
  const site = await startSiteIn(folder);
  const ada = await site.member('ada');
  const boards = [];
  for (let n = 0; n < boardCount; n += 1) boards.push((await ada.board(`Board ${n}`)).id);
  const pins = await seedPins(site, ada, boards, manyPins);
  // Done now rather than a minute later, since looks are compared anew then.
  await site.app.services.vision.refit();
  await site.close();
  await writeFile(path.join(folder, list), JSON.stringify(pins));
}

/** Starts a site of 500 pins on ten boards, all of them ada's. */
export async function startSiteOfMany(): Promise<{ site: Site; ada: Visitor; pins: PinView[] }> {
  const folder = await preparedFolder('many-pins', fill);
  const site = await startSiteIn(folder);
  const ada = site.visitor();
  await ada.expect(200, 'POST', '/api/sessions', { name: 'ada', password });
  const pins = JSON.parse(await readFile(path.join(folder, list), 'utf8')) as PinView[];
  return { site, ada, pins };
}
