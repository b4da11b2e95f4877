/** For everyone: no accessibility faults, in light and dark; nothing too wide for a phone; a quiet console. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { photo } from '../support/pictures.ts';
import { type Site, startSite } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { faultsOn, inTheDark } from './accessibility.ts';
import { openTab, settled, type TabOptions } from './tab.ts';

let site: Site;
let browser: Browser;
let ada: Visitor;
const places: Record<string, string> = {};
before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  ada = await site.member('ada');
  const board = await ada.board('Curiosities', { description: 'gathered on journeys' });
  const credit = { author: 'A. Photographer', source: 'https://example.org', licence: 'CC BY 4.0' };
  for (const name of ['boats', 'cat', 'flower', 'mountains', 'plant', 'airplane'] as const) {
    const words = {
      title: `A picture of ${name}`,
      description: `${name} and more`,
      tags: [name, 'old'],
      credit,
    };
    const pin = await ada.pin(board.id, await photo(name), words);
    places['closeup'] = `/pin/${pin.id}`;
  }
  await ada.board('Secret plans', { secret: true });
  await site.drain();
  Object.assign(places, {
    home: '/',
    search: '/search?q=picture',
    'nothing found': '/search?q=quixotic',
    board: `/board/${board.id}`,
    profile: '/@ada',
    settings: '/settings',
    operations: '/operations',
    shards: '/operations/shards',
    plan: '/operations/plan?people=3000000&growth=15',
    following: '/following',
    'not found': '/nothing-here',
  });
});
after(async () => {
  await browser.close();
  await site.stop();
});

const seriousFaults = (page: Page): Promise<string[]> => faultsOn(page, ['serious', 'critical']);

/** Opens every place once and collects what each of `looks` complains of. */
async function complaints(
  options: TabOptions,
  paths: Record<string, string>,
  ...looks: ((page: Page) => Promise<string[]>)[]
): Promise<string[]> {
  await using tab = await openTab(browser, site, options);
  const found: string[] = [];
  for (const [name, path] of Object.entries(paths)) {
    await tab.page.goto(path);
    await settled(tab.page);
    for (const look of looks)
      found.push(...(await look(tab.page)).map((complaint) => `${name}: ${complaint}`));
  }
  // A page that is not there answers 404, which the console calls an error.
  const errors = tab.errors.filter((error) => !error.includes('/nothing-here'));
  return [...found, ...errors.map((error) => `console: ${error}`)];
}

const doors = { 'sign in': '/signin', 'sign up': '/signup', 'home for a stranger': '/' };

test('no serious accessibility fault anywhere, light and dark', async () => {
  const looks = [seriousFaults, inTheDark(seriousFaults)];
  assert.deepEqual(await complaints({ visitor: ada }, places, ...looks), []);
  assert.deepEqual(await complaints({}, doors, ...looks), []);
});

test('no serious accessibility fault in dialogs and menus', async () => {
  await using tab = await openTab(browser, site, { visitor: ada });
  const { page } = tab;
  await page.goto('/');
  await settled(page);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('dialog', { name: 'Add pictures' }).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.press('Escape');
  await page.getByLabel('Your account, ada').click();
  assert.deepEqual(await seriousFaults(page), []);
  await page.goto(places['closeup'] ?? '');
  await settled(page);
  await page.getByRole('button', { name: /Choose a board/ }).click();
  await page.getByRole('dialog', { name: 'Save to' }).waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Search in this picture' }).click();
  await page
    .getByRole('list', { name: 'Pictures like the framed part' })
    .locator('[data-pin]')
    .first()
    .waitFor();
  assert.deepEqual(await seriousFaults(page), []);
  assert.deepEqual(tab.errors, []);
});

async function tooWide(page: Page): Promise<string[]> {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  return content > window ? [`${content} px wide on a screen of ${window}`] : [];
}

async function smallTargets(page: Page): Promise<string[]> {
  return page
    .getByRole('button')
    .or(page.getByRole('navigation').getByRole('link'))
    .evaluateAll((elements) =>
      elements.flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        const isShown = width > 1 && height > 1 && getComputedStyle(element).visibility === 'visible';
        const name = element.getAttribute('aria-label') ?? element.textContent;
        return isShown && (width < 44 || height < 44)
          ? [`"${name}" is ${Math.round(width)} × ${Math.round(height)}`]
          : [];
      }),
    );
}

test('nothing is wider than a phone, and what is pressed on it is at least 44 pixels each way', async () => {
  const phone = { width: 390, height: 844, touch: true };
  assert.deepEqual(await complaints({ ...phone, visitor: ada }, places, tooWide, smallTargets), []);
  assert.deepEqual(await complaints(phone, doors, tooWide, smallTargets), []);
});

test('nothing is wider than a small phone', async () => {
  const phone = { width: 320, height: 844, touch: true };
  assert.deepEqual(await complaints({ ...phone, visitor: ada }, places, tooWide), []);
  assert.deepEqual(await complaints(phone, doors, tooWide), []);
});
