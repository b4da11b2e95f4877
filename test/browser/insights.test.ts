/** What people see and do, from the browser to the owner's insights. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page, Route } from 'playwright-core';
import { type Action, actionsTopic, readAction } from '#services/actions/contract';
import type { PinInsights } from '#services/analytics/contract';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { startBrowser } from '../support/browser.ts';
import { photo } from '../support/pictures.ts';
import { type Site, startSite } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { faultsOn } from './accessibility.ts';
import { openTab, settled } from './tab.ts';

let site: Site;
let browser: Browser;
let owner: Visitor;
let board: BoardView;
let cat: PinView;
before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  owner = await site.member('ada');
  board = await owner.board('Curiosities');
  const link = 'https://example.org/cat';
  cat = await owner.pin(board.id, await photo('cat'), { title: 'The cat', link });
  await owner.pin(board.id, await photo('boats'), { title: 'The boats' });
  await site.drain();
});
after(async () => {
  await browser.close();
  await site.stop();
});

async function recorded(): Promise<Action[]> {
  await site.app.services.actions.flush();
  const { eventLog } = site.app.engines;
  const all: Action[] = [];
  for (let partition = 0; partition < eventLog.partitions; partition++) {
    const events = await eventLog.read(actionsTopic, partition, 0, 10_000);
    all.push(...events.map(({ value }) => readAction(value)));
  }
  return all;
}

/** Resolves when the server has taken everything that the page has told. */
async function told(page: Page, type: Action['type'], count: number): Promise<Action[]> {
  for (;;) {
    const some = (await recorded()).filter((action) => action.type === type);
    if (some.length >= count) return some;
    await page.waitForResponse('**/api/actions');
  }
}

const kept = (page: Page): Promise<string> =>
  page.evaluate(() => localStorage.getItem('pinakes.actions') ?? '[]');

test('what a stranger sees, opens and follows reaches the owner’s insights within five seconds', async () => {
  await using tab = await openTab(browser, site);
  const { page } = tab;
  await page.goto(`/board/${board.id}`);
  await told(page, 'impression', 2);
  await page.getByRole('link', { name: 'The cat' }).click();
  await told(page, 'closeup', 1);
  await page.route('https://example.org/**', (route: Route) => route.fulfill({ body: 'a page' }));
  await page.getByRole('link', { name: 'example.org' }).first().click();
  const started = performance.now();
  const [click] = await told(page, 'click', 1);
  assert.equal((click as Action & { target?: string }).target, 'source');
  const totals = async () => (await owner.read<PinInsights>(`/api/analytics/pins/${cat.id}?days=7`)).totals;
  while ((await totals()).clicks === 0) assert.ok(performance.now() - started < 5000);
  assert.deepEqual(await totals(), { impressions: 1, closeups: 1, clicks: 1, saves: 0 });
  const [closeup] = (await recorded()).filter(({ type }) => type === 'closeup');
  assert.equal(closeup?.surface, 'board');
});

test('what is seen without a connection is kept, through a reload, and told once when it is back', async () => {
  await using tab = await openTab(browser, site);
  const { page } = tab;
  const before = (await recorded()).length;
  await page.route('**/api/actions', (route: Route) => route.abort('internetdisconnected'));
  // Last words are lost as well.
  await page.addInitScript(() => {
    navigator.sendBeacon = () => false;
  });
  await page.goto('/');
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('pinakes.actions') ?? '[]').length >= 2);
  const first = JSON.parse(await kept(page)) as { id: string }[];
  await page.reload();
  await settled(page);
  assert.equal((await recorded()).length, before);
  await page.unroute('**/api/actions');
  await page.waitForFunction(() => localStorage.getItem('pinakes.actions') === '[]');
  const after = (await recorded()).slice();
  for (const { id } of first) assert.equal(after.filter((action) => action.id === id).length, 1);
});

test('the browser waits while it is offline, and tells as soon as it is online', async () => {
  await using tab = await openTab(browser, site);
  const { page, context } = tab;
  await page.goto(`/pin/${cat.id}`);
  await settled(page);
  await page.waitForFunction(() => localStorage.getItem('pinakes.actions') === '[]');
  await context.setOffline(true);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.getByRole('link', { name: 'The boats' }).click();
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('pinakes.actions') ?? '[]').length > 0);
  const waiting = JSON.parse(await kept(page)) as { id: string }[];
  await context.setOffline(false);
  await page.waitForFunction(() => localStorage.getItem('pinakes.actions') === '[]');
  const ids = new Set((await recorded()).map(({ id }) => id));
  assert.ok(waiting.every(({ id }) => ids.has(id)));
});

test('what was seen last is told when the page is left', async () => {
  await using tab = await openTab(browser, site);
  const { page } = tab;
  // The regular way is closed: only last words get through.
  await page.addInitScript(() => {
    window.fetch = () => Promise.reject(new TypeError('no connection'));
  });
  await page.goto('/');
  await page.waitForFunction(() => JSON.parse(localStorage.getItem('pinakes.actions') ?? '[]').length >= 2);
  const waiting = JSON.parse(await kept(page)) as { id: string }[];
  const beacon = page.waitForResponse('**/api/actions');
  await page.goto('about:blank');
  await beacon.catch(() => undefined);
  const isTold = async () => {
    const ids = new Set((await recorded()).map(({ id }) => id));
    return waiting.every(({ id }) => ids.has(id));
  };
  while (!(await isTold())) await new Promise(setImmediate);
});

test('insights show totals, days, boards and the most seen, live and without faults', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/');
  await settled(page);
  await page.getByLabel('Your account, ada').click();
  await page.getByRole('link', { name: 'Insights' }).click();
  await page.getByRole('heading', { name: 'Insights', level: 1 }).waitFor();
  await page.getByRole('button', { name: /^Seen/ }).waitFor();
  await page.getByRole('link', { name: 'Insights of The cat' }).click();
  await page.getByRole('heading', { name: 'Insights: The cat' }).waitFor();
  const opened = page.getByRole('button', { name: /^Opened/ });
  await opened.click();
  assert.equal(await opened.getAttribute('aria-pressed'), 'true');
  const before = Number(await opened.locator('strong').innerText());
  await using other = await openTab(browser, site);
  await other.page.goto(`/pin/${cat.id}`);
  await page.waitForFunction(
    (count: number) => Number(document.querySelector('[aria-pressed=true] strong')?.textContent) > count,
    before,
  );
  for (const path of ['/insights', `/insights/pin/${cat.id}`, `/insights/board/${board.id}`]) {
    await page.goto(path);
    await settled(page);
    assert.deepEqual(await faultsOn(page), [], path);
  }
  assert.deepEqual(tab.errors, []);
});

test('insights of others are not shown', async () => {
  await using tab = await openTab(browser, site, { visitor: await site.member('mila') });
  const answer = await tab.page.goto(`/insights/pin/${cat.id}`);
  assert.equal(answer?.status(), 404);
  assert.equal(await tab.page.getByText('The cat').count(), 0);
});
