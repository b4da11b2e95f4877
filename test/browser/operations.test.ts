/** The owner's operations pages in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { photo } from '../support/pictures.ts';
import { type Site, startSite } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { faultsOn, inTheDark } from './accessibility.ts';
import { openTab, settled } from './tab.ts';

let site: Site;
let browser: Browser;
let owner: Visitor;
before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  owner = await site.member('ada');
  const board = await owner.board('Curiosities');
  for (const name of ['boats', 'cat'] as const) await owner.pin(board.id, await photo(name));
  await site.drain();
});
after(async () => {
  await browser.close();
  await site.stop();
});

test('the owner finds operations in the account menu; a member does not', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  await tab.page.goto('/');
  await settled(tab.page);
  await tab.page.getByLabel('Your account, ada').click();
  await tab.page.getByRole('link', { name: 'Operations' }).click();
  await tab.page.getByRole('heading', { name: 'Operations', level: 1 }).waitFor();
  await tab.page
    .getByRole('navigation', { name: 'Operations' })
    .getByRole('link', { name: 'Shards' })
    .click();
  await tab.page.getByRole('heading', { name: 'Shards', level: 1 }).waitFor();
  assert.deepEqual(tab.errors, []);

  await using other = await openTab(browser, site, { visitor: await site.member('mila') });
  await other.page.goto('/');
  await settled(other.page);
  await other.page.getByLabel('Your account, mila').click();
  await other.page.getByRole('link', { name: 'Settings' }).waitFor();
  assert.equal(await other.page.getByRole('link', { name: 'Operations' }).count(), 0);
});

test('the table of shards sorts by every column, and says so', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/shards');
  await settled(page);
  const table = page.getByRole('table', { name: /Each shard/ });
  const first = () => table.getByRole('rowheader').first().textContent();
  const sort = (name: string) => table.getByRole('button', { name, exact: true }).click();
  await sort('Shard');
  assert.equal(await first(), '63');
  await sort('Shard');
  assert.equal(await first(), '0');
  const head = table.getByRole('columnheader', { name: 'Shard', exact: true });
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  await page.getByRole('button', { name: 'Show more of 64' }).click();
  assert.equal(await table.getByRole('rowheader').count(), 64);
  assert.deepEqual(tab.errors, []);
});

test('figures are planned with as one types, and the address shows the same plan to others', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/plan');
  await settled(page);
  assert.equal(await page.getByText('No split', { exact: false }).count(), 0);
  await page.getByLabel('People now').fill('5000000');
  await page.getByLabel('Growth').fill('20');
  await page.waitForURL(/people=5000000&growth=20/);
  await page.getByRole('table', { name: 'Servers to split' }).waitFor();
  const serversOn = (shown: Page) => shown.getByText('Servers, in 24 months').locator('..').locator('strong');

  await using other = await openTab(browser, site, { visitor: owner });
  await other.page.goto(page.url());
  await settled(other.page);
  assert.equal(await other.page.getByLabel('People now').inputValue(), '5000000');
  const planned = (await serversOn(other.page).textContent()) ?? '';
  assert.match(planned, /^\d+ to \d+$/);
  // Until the answer is there, the page shows the plan before.
  await serversOn(page).filter({ hasText: planned }).waitFor();
  await other.page.getByRole('button', { name: 'Take everything back' }).click();
  await other.page.waitForURL(/\/operations\/plan$/);
  assert.deepEqual([...tab.errors, ...other.errors], []);
});

test('a figure out of bounds is refused at its field, and the last plan stays', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/plan?people=1000000');
  await settled(page);
  await page.getByLabel('Disk').fill('0.5');
  await page.getByRole('alert').filter({ hasText: 'at least 1 GB' }).waitFor();
  assert.equal(await page.getByLabel('Disk').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByRole('heading', { name: 'Month by month' }).count(), 1);
  await page.getByLabel('Disk').fill('500');
  await page.getByRole('alert').waitFor({ state: 'detached' });
});

test('parked events show their causes, and are settled one or all', async () => {
  await site.app.engines.eventLog.append('changes', [{ key: 'x', value: { type: 'pin.created', v: 77 } }]);
  await site.drain();
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/events');
  await settled(page);
  const parked = page.getByRole('listitem').filter({ hasText: 'pin.created' });
  const before = await parked.count();
  assert.ok(before >= 7);
  assert.deepEqual(await faultsOn(page), []);
  const words = parked.filter({ hasText: 'words' });
  await words.getByRole('button', { name: 'Replay' }).click();
  await words.getByText('replayed in vain 1 time').waitFor();
  await words.getByRole('button', { name: 'Discard' }).click();
  await words.getByRole('button', { name: 'Forget it?' }).click();
  await words.waitFor({ state: 'detached' });
  assert.equal(await parked.count(), before - 1);
  await page.getByRole('button', { name: 'Discard all 1 of counters' }).click();
  await page.getByRole('button', { name: 'Forget all of them?' }).click();
  await parked.filter({ hasText: 'counters' }).waitFor({ state: 'detached' });
  assert.deepEqual(tab.errors, []);
});

test('failed jobs show what they carry, are retried and forgotten; a kind of job is paused and resumed', async () => {
  const { jobs } = site.app.services;
  const { queue } = site.app.engines;
  const submit = (text: string) => ({ name: 'translate', payload: { text } });
  const [, second = ''] = await jobs.enqueueMany([submit('a sonnet'), submit('a haiku')]);
  for (const job of await queue.dequeue(['translate'], 2, 1000))
    await queue.fail(job.id, job.lease, `no words for ${job.payload['text']}`, null);
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  await page.goto('/operations/jobs');
  await settled(page);
  assert.deepEqual(await faultsOn(page), []);
  const rows = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
  const haiku = rows.filter({ hasText: 'no words for a haiku' });
  await haiku.getByText('What it carries').click();
  await haiku.getByText('"text": "a haiku"').waitFor();
  await page.getByLabel('Carries').fill('"text":"a s*net"');
  await haiku.waitFor({ state: 'detached' });
  await rows.getByRole('button', { name: 'Delete' }).click();
  await rows.getByRole('button', { name: 'Forget it?' }).click();
  await page.getByText('There are none.').waitFor();
  await page.getByLabel('Carries').fill('');
  await page.getByRole('button', { name: `Retry translate ${second}` }).click();
  await haiku.waitFor({ state: 'detached' });
  assert.equal((await jobs.get(second))?.state, 'pending');
  await page.getByRole('button', { name: 'Pause translate' }).click();
  await page.getByRole('button', { name: 'Resume translate' }).waitFor();
  assert.equal((await queue.policies()).get('translate')?.isPaused, true);
  await page.getByRole('button', { name: 'Resume translate' }).click();
  await page.getByRole('button', { name: 'Pause translate' }).waitFor();
  assert.deepEqual(tab.errors, []);
});

test('the live page moves by itself, says when the stream is lost, and goes on', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  const stream = '**/api/operations/live/stream';
  await page.route(stream, (route) => route.abort());
  await page.goto('/operations/live');
  const state = page.locator('.live-state');
  await state.filter({ hasText: 'the stream was lost' }).waitFor();
  await page.unroute(stream);
  await state.filter({ hasText: 'live' }).waitFor();
  await site.visitor().get('/api/feed/home');
  await page.getByRole('img', { name: /^Traffic.*requests now .*, [1-9]\d* at most/ }).waitFor();
  await page.getByText('As a table: Traffic').click();
  await page.getByRole('table', { name: /^Traffic/ }).waitFor();

  await page.getByRole('button', { name: 'Pause' }).click();
  await state.filter({ hasText: 'paused' }).waitFor();
  await page.getByRole('button', { name: '1 hour' }).click();
  await page.getByRole('img', { name: /^Latency, the last 1 hour/ }).waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await state.filter({ hasText: 'live' }).waitFor();
});

test('no accessibility fault on any of them, light or dark', async () => {
  await using tab = await openTab(browser, site, { visitor: owner });
  const { page } = tab;
  const assertNoFaults = async (path: string) => {
    assert.deepEqual(await faultsOn(page), [], path);
    assert.deepEqual(await inTheDark(faultsOn)(page), [], `${path} in the dark`);
  };
  for (const path of [
    '/operations',
    '/operations/shards',
    '/operations/jobs',
    '/operations/plan?people=9000000&growth=15',
  ]) {
    await page.goto(path);
    await settled(page);
    await assertNoFaults(path);
  }
  await page.goto('/operations/migrations');
  await page.getByText('Nothing is moving').waitFor();
  await assertNoFaults('migrations');
  await page.goto('/operations/live');
  await page.locator('.live-state', { hasText: 'live' }).waitFor();
  await assertNoFaults('live');
});
