/** What goes out, directed in a real browser: webhooks, and one's own export. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { photo } from '../support/pictures.ts';
import { type Site, startSite } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { faultsOn } from './accessibility.ts';
import { openTab, settled } from './tab.ts';

let site: Site;
let browser: Browser;
let owner: Visitor;
let receiver: HookReceiver;
before(async () => {
  [site, browser, receiver] = await Promise.all([startSite(), startBrowser(), startHookReceiver()]);
  owner = await site.member('ada');
  await owner.pin((await owner.board('Curiosities')).id, await photo('cat'), { title: 'Cat' });
  await site.drain();
});
after(async () => {
  await browser.close();
  await receiver[Symbol.asyncDispose]();
  await site.stop();
});

const isTooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

test('the owner adds a webhook, tests it, sees it fail and be taken, and sends again', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/webhooks');
  await settled(page);
  await page.getByText('No other program is told what happens here.').waitFor();
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByRole('button', { name: 'Add the webhook' }).click();
  assert.match((await page.getByRole('status').textContent()) ?? '', /whsec_/);
  receiver.status = 500;
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('the other side answered 500; next try at').waitFor();
  receiver.status = 204;
  await site.app.services.jobs.hasten('webhook');
  await page.getByText('Taken, with 204').waitFor();
  assert.deepEqual(await faultsOn(page), []);
  await page.setViewportSize({ width: 360, height: 780 });
  assert.equal(await isTooWide(page), false);
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('Taken, with 204').nth(1).waitFor();
  await owner.pin((await owner.board('Boats')).id, await photo('boats'), { title: 'Boats' });
  await site.drain();
  const told = receiver.received.filter(({ body }) => body.kind === 'pin.created');
  assert.deepEqual(
    told.map(({ body }) => body.data['title']),
    ['Boats'],
  );
  assert.deepEqual(tab.errors, []);
});

test('a person takes their data away from the settings', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/settings');
  await settled(page);
  await page.getByRole('button', { name: 'Export everything' }).click();
  const link = page.getByRole('link', { name: 'Download the ZIP' });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.match(download.suggestedFilename(), /^pinakes-[\d-]+\.zip$/);
  await page.getByRole('button', { name: 'Export anew' }).waitFor();
  assert.deepEqual(await faultsOn(page), []);
  await page.setViewportSize({ width: 360, height: 780 });
  assert.equal(await isTooWide(page), false);
  assert.deepEqual(tab.errors, []);
});
