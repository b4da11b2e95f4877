/** The owner's questions over the archive in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { type Site, startSite } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { faultsOn } from './accessibility.ts';
import { openTab, settled } from './tab.ts';

let site: Site;
let browser: Browser;
let owner: Visitor;
before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  owner = await site.member('ada');
  for (const name of ['Boats', 'Cats, and "dogs"']) await owner.board(name);
  await site.drain();
});
after(async () => {
  await browser.close();
  await site.stop();
});

test('the owner archives, asks a ready-made query and one of their own, and keeps the answer', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/query');
  await settled(page);
  await page.getByRole('button', { name: 'Archive now' }).click();
  await page.getByText(/events? archived$/).waitFor();
  await page.getByRole('button', { name: 'Daily actives' }).click();
  await page.getByRole('img', { name: /visitors, people from \d{4}-/ }).waitFor();
  await page.getByRole('button', { name: 'Bars' }).click();
  assert.deepEqual(await faultsOn(page), []);

  await page
    .getByLabel('SQL')
    .fill(`select body ->> '$.name' as board, 1 as n from changes where type = 'board.created' order by 1`);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('cell', { name: 'Boats' }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  const chunks = await Array.fromAsync(await download.createReadStream());
  assert.equal(Buffer.concat(chunks).toString(), 'board,n\r\nBoats,1\r\n"Cats, and ""dogs""",1');
  assert.deepEqual(tab.errors, []);
});

test('a question that may not be asked says why, and what was typed stays', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/query');
  await settled(page);
  await page.getByLabel('SQL').fill(`select * from read_text('/etc/passwd')`);
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('alert').getByText('This query may not call read_text.').waitFor();
  assert.equal(await page.getByLabel('SQL').inputValue(), `select * from read_text('/etc/passwd')`);
});
