/** The endless grid in a real browser: bounded, still, and usable from the keyboard. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { startSiteOfMany, manyPins as total } from '../support/many-pins.ts';
import type { Site } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { openTab, settled } from './tab.ts';

let site: Site;
let browser: Browser;
let ada: Visitor;
before(async () => {
  [{ site, ada }, browser] = await Promise.all([startSiteOfMany(), startBrowser()]);
});
after(async () => {
  await browser.close();
  await site.stop();
});

interface Scrolled {
  readonly seen: number;
  readonly mostTiles: number;
  readonly twice: string[];
  readonly shift: number;
}

/** Runs in the page: scrolls until `wanted` different pins were seen, or nothing new has come for ten seconds. */
async function scrollThrough(wanted: number): Promise<Scrolled> {
  const places = new Map<string, string>();
  const twice = new Set<string>();
  let mostTiles = 0;
  let shift = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shift += (entry as PerformanceEntry & { value: number }).value;
  });
  observer.observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const tiles = document.querySelectorAll('[data-pin]');
    mostTiles = Math.max(mostTiles, tiles.length);
    for (const tile of tiles) {
      const [id, place] = [tile.getAttribute('data-pin') ?? '', tile.getAttribute('aria-posinset') ?? ''];
      if ((places.get(id) ?? place) !== place) twice.add(id);
      places.set(id, place);
    }
  };
  let last = performance.now();
  while (places.size < wanted && performance.now() - last < 10_000) {
    const before = places.size;
    window.scrollBy(0, 500);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    look();
    if (places.size > before) last = performance.now();
  }
  observer.takeRecords();
  observer.disconnect();
  return { seen: places.size, mostTiles, twice: [...twice], shift };
}

test('500 pins scroll by with a bounded document, no pin twice, and nothing moving', async () => {
  await using tab = await openTab(browser, site);
  await tab.page.goto('/');
  await settled(tab.page);
  const { seen, mostTiles, twice, shift } = await tab.page.evaluate(scrollThrough, total);
  assert.equal(seen, total);
  assert.deepEqual(twice, []);
  assert.ok(mostTiles < 150, `${mostTiles} tiles at once`);
  assert.ok(shift < 0.01, `layout shift ${shift}`);
  assert.deepEqual(tab.errors, []);
});

test('the same on a phone', async () => {
  await using tab = await openTab(browser, site, { width: 390, height: 844, touch: true });
  await tab.page.goto('/');
  await settled(tab.page);
  const { seen, mostTiles, twice, shift } = await tab.page.evaluate(scrollThrough, 200);
  assert.ok(seen >= 200, `${seen}`);
  assert.deepEqual(twice, []);
  assert.ok(mostTiles < 150, `${mostTiles} tiles at once`);
  assert.ok(shift < 0.01, `layout shift ${shift}`);
});

/** The pin whose link has the focus; null elsewhere. */
function focusedPin(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.matches('.tile-link')
      ? (activeElement.closest('[data-pin]')?.getAttribute('data-pin') ?? null)
      : null;
  });
}

/** Presses Tab until another tile's link has the focus. */
async function tabToTile(page: Page, from: string | null): Promise<string> {
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press('Tab');
    const pin = await focusedPin(page);
    if (pin !== null && pin !== from) return pin;
  }
  throw new Error('no tile was reached in 40 presses');
}

test('with the keyboard alone: to a tile, into it, and back to the very place', async () => {
  await using tab = await openTab(browser, site, { visitor: ada });
  const { page } = tab;
  await page.goto('/');
  await settled(page);
  let pin: string | null = null;
  for (let tile = 0; tile < 16; tile += 1) pin = await tabToTile(page, pin);
  const place = () => page.evaluate(() => Math.round(window.scrollY));
  const before = await place();
  assert.ok(before > 100, `focus has scrolled to ${before}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/pin/${pin}`);
  await page.getByRole('button', { name: 'Search in this picture' }).waitFor();
  await settled(page);
  await page.keyboard.press('Escape');
  await page.waitForURL(`${site.url}/`);
  await page.waitForFunction((top) => Math.abs(window.scrollY - top) < 3, before);
  await page.waitForFunction(
    (id) => document.activeElement?.closest('[data-pin]')?.getAttribute('data-pin') === id,
    pin,
  );
  assert.deepEqual(tab.errors, []);
});

test('arrows walk from picture to picture, back leads to the list', async () => {
  await using tab = await openTab(browser, site);
  const { page } = tab;
  await page.goto('/');
  await settled(page);
  const [first, second] = await page
    .locator('[data-pin]')
    .evaluateAll((tiles) => tiles.slice(0, 2).map((tile) => tile.getAttribute('data-pin')));
  await page.locator(`[data-pin="${first}"] a`).click();
  await page.waitForURL(`**/pin/${first}`);
  await settled(page);
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(`**/pin/${second}`);
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL(`**/pin/${first}`);
  await page.goBack();
  await page.waitForURL(`${site.url}/`);
  assert.deepEqual(tab.errors, []);
});
