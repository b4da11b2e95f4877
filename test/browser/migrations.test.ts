/** A migration that is watched and directed on its page, in a real browser, while the shards really move. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { photo } from '../support/pictures.ts';
import { freshFolder, type Site, startSiteIn } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { faultsOn } from './accessibility.ts';
import { openTab } from './tab.ts';

const name = 'house';
let folder: string;
let site: Site;
let browser: Browser;
let owner: Visitor;
before(async () => {
  folder = await freshFolder();
  [site, browser] = await Promise.all([startSiteIn(folder), startBrowser()]);
  owner = await site.member('ada');
  const board = await owner.board('Harbours');
  await owner.pin(board.id, await photo('boats'));
  const to = { kind: 'sqlite', folder: path.join(folder, 'cellar') } as const;
  await site.app.services.migrations.start({ to, name, shards: [{ from: 0, through: 63 }] });
});
after(async () => {
  await browser.close();
  await site.stop();
});

const now = () => site.app.services.migrations.settled(name);

/** Clicks, sees that this alone does nothing, and confirms. */
async function confirm(page: Page, label: string, question: string | RegExp): Promise<void> {
  const { phase, percent } = await now();
  await page.getByRole('button', { name: label, exact: true }).click();
  const asked = page.getByRole('button', { name: question });
  await asked.waitFor();
  const after = await now();
  assert.deepEqual([after.phase, after.percent], [phase, percent]);
  await asked.click();
}

test('shards move while their owner watches, phase by phase, and come back', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/migrations');
  const panel = page.getByRole('region', { name: /^house: to / });
  await panel.getByText('trying reads on the new side').waitFor();
  await now();
  await confirm(page, 'Go on', /^On towards /);
  await panel.getByText('copying, writes follow').waitFor();
  await now();
  await confirm(page, 'Go on', /^On towards /);
  await panel.getByText('comparing both sides').waitFor();
  await now();
  await page.getByLabel('Shards on the new side').selectOption('50');
  await confirm(page, 'Change over', 'Serve 50 % from there?');
  await panel.getByText('32 shards moved').waitFor();
  assert.deepEqual([(await now()).phase, (await now()).moved], ['cutover', 32]);
  const bars = panel.getByRole('progressbar');
  assert.equal(await bars.count(), 64);
  const values = await bars.evaluateAll((all) => all.map((bar) => bar.ariaValueNow));
  assert.deepEqual([...new Set(values)], ['100']);
  assert.deepEqual(await faultsOn(page), []);
  await confirm(page, 'Roll back', 'Take everything back?');
  await panel.getByText('rolled back').waitFor();
  assert.deepEqual([(await now()).phase, (await now()).moved], ['rolled-back', 0]);
  assert.deepEqual(tab.errors, []);
});
