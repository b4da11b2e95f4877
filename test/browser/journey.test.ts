/** What a person does with the site, in a real browser. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { photo, sideBySide, softPicture } from '../support/pictures.ts';
import { type Site, startSite } from '../support/site.ts';
import { password, type Visitor } from '../support/visitor.ts';
import { openTab, pinsIn, settled, type Tab } from './tab.ts';

let site: Site;
let browser: Browser;
let folder: string;
let olga: Visitor;
before(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
  folder = await mkdtemp(path.join(tmpdir(), 'pinakes-test-'));
  olga = await site.member('olga');
});
after(async () => {
  await browser.close();
  await Promise.all([site.stop(), rm(folder, { recursive: true, force: true })]);
});

async function signUp(tab: Tab, name: string): Promise<void> {
  const { page } = tab;
  await page.goto('/');
  await page.getByRole('link', { name: 'Join' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByLabel(`Your account, ${name}`).waitFor();
}

async function uploadFile(page: Page, file: string, title: string, boardName: string): Promise<void> {
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Add pictures' });
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    dialog.getByRole('button', { name: 'Choose pictures' }).click(),
  ]);
  await chooser.setFiles(file);
  await dialog.getByLabel('Title').fill(title);
  const name = dialog.getByLabel('Name of the board');
  if (!(await name.isVisible())) await dialog.getByRole('button', { name: 'New board' }).click();
  await name.fill(boardName);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('sign up, upload, see it on the board, find it by a word', async () => {
  await using tab = await openTab(browser, site);
  const { page } = tab;
  await signUp(tab, 'ada');
  const file = path.join(folder, 'boats.jpg');
  await writeFile(file, await photo('boats'));
  await uploadFile(page, file, 'Boats at anchor', 'Harbours');
  await page.getByRole('button', { name: 'See them' }).click();
  await page.getByRole('heading', { name: 'Harbours' }).waitFor();
  await page.getByRole('link', { name: 'Boats at anchor' }).waitFor();
  await site.drain();
  await page.getByLabel('Search pictures, boards and people').fill('anchor');
  await page.keyboard.press('Enter');
  await page
    .getByRole('list', { name: 'Pictures found' })
    .getByRole('link', { name: 'Boats at anchor' })
    .waitFor();
  assert.equal(new URL(page.url()).search, '?q=anchor');
  assert.deepEqual(tab.errors, []);
});

test("save another's pin to a board made in the menu, and take it back", async () => {
  const source = await olga.board('Sources');
  const pin = await olga.pin(source.id, await softPicture(1), { title: 'Soft colours' });
  await site.drain();
  const bob = await site.member('bob');
  await using tab = await openTab(browser, site, { visitor: bob });
  const { page } = tab;
  await page.goto(`/pin/${pin.id}`);
  await page.getByRole('button', { name: /Choose a board/ }).click();
  const menu = page.getByRole('dialog', { name: 'Save to' });
  await menu.getByLabel('Name of the board').fill('My finds');
  // The page says so before the server has it, so the answer is waited for besides.
  const saved = page.waitForResponse((response) => response.url().endsWith(`/pins/${pin.id}/save`));
  await menu.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Saved to My finds').waitFor();
  assert.equal((await saved).status(), 201);
  const saves = async () => (await bob.read<{ items: { title: string }[] }>('/api/users/bob/pins')).items;
  assert.deepEqual(
    (await saves()).map(({ title }) => title),
    ['Soft colours'],
  );
  const gone = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal((await gone).status(), 204);
  assert.deepEqual(await saves(), []);
  assert.deepEqual(tab.errors, []);
});

test('the lens finds what its frame is over, and follows it', async () => {
  const board = await olga.board('Looks');
  const pins: Record<string, string> = {};
  for (const name of ['boats', 'flower', 'mountains', 'airplane'] as const) {
    pins[name] = (await olga.pin(board.id, await photo(name, { variant: 2 }), { title: name })).id;
  }
  const pair = await olga.pin(board.id, await sideBySide('boats', 'flower'), { title: 'Two in one' });
  await site.drain();
  await using tab = await openTab(browser, site);
  const { page } = tab;
  await page.goto(`/pin/${pair.id}`);
  await settled(page);
  await page.getByRole('button', { name: 'Search in this picture' }).click();
  const frame = page.getByRole('group', { name: /^Search frame/ });
  const list = 'Pictures like the framed part';
  await page.getByRole('list', { name: list }).locator('[data-pin]').first().waitFor();
  /** Waits until the first result, the picture itself left out, is this one. */
  const leads = (wanted: string | undefined) =>
    page.waitForFunction(
      ({ label, self, id }) => {
        const tiles = document.querySelectorAll(`ul[aria-label="${label}"] [data-pin]`);
        const others = Array.from(tiles, (tile) => tile.getAttribute('data-pin')).filter(
          (pin) => pin !== self,
        );
        return others[0] === id;
      },
      { label: list, self: pair.id, id: wanted },
    );
  const dragTo = async (side: -1 | 1) => {
    const box = await frame.boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + side * 60, y, { steps: 4 });
    await page.mouse.move(x + side * 900, y, { steps: 12 });
    await page.mouse.up();
  };
  await dragTo(-1);
  await leads(pins['boats']);
  await dragTo(1);
  await leads(pins['flower']);
  await page.keyboard.press('Escape');
  await frame.waitFor({ state: 'detached' });
  assert.deepEqual(tab.errors, []);
});

test('a photo file chosen in the search finds that photo', async () => {
  const board = await olga.board('Known');
  const pin = await olga.pin(board.id, await photo('cat'), { title: 'The cat' });
  await site.drain();
  const file = path.join(folder, 'cat.jpg');
  await writeFile(file, await photo('cat', { variant: 1 }));
  await using tab = await openTab(browser, site);
  const { page } = tab;
  await page.goto('/');
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Search by a picture' }).click(),
  ]);
  await chooser.setFiles(file);
  await page.getByRole('list', { name: 'Pictures that look alike' }).locator('[data-pin]').first().waitFor();
  assert.equal((await pinsIn(page, 'Pictures that look alike'))[0], pin.id);
  assert.deepEqual(tab.errors, []);
});

test('a secret board stays secret for another browser', async () => {
  const carl = await site.member('carl');
  const board = await carl.board('Surprise', { secret: true });
  const pin = await carl.pin(board.id, await photo('plant'), { title: 'Birthday kaleidoscope' });
  await site.drain();
  await using own = await openTab(browser, site, { visitor: carl });
  await own.page.goto(`/board/${board.id}`);
  await own.page.getByText('Secret: only you see it').waitFor();
  await own.page.getByRole('link', { name: 'Birthday kaleidoscope' }).waitFor();
  await using other = await openTab(browser, site, { visitor: await site.member('dora') });
  for (const place of [
    `/board/${board.id}`,
    `/pin/${pin.id}`,
    '/@carl',
    '/@carl/pins',
    '/search?q=kaleidoscope',
    '/',
  ]) {
    await other.page.goto(place);
    await settled(other.page);
    const text = await other.page.content();
    assert.ok(!text.includes('Birthday kaleidoscope'), place);
    assert.ok(!text.includes(pin.picture.signature), place);
    assert.ok(!text.includes('Surprise'), place);
  }
  assert.deepEqual(own.errors, []);
});

test('what is refused is said in words, and the form stays', async () => {
  await using tab = await openTab(browser, site);
  const { page } = tab;
  await page.goto('/signin');
  await page.getByLabel('Name').fill('olga');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('the name or the password is wrong').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'olga');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Your account, olga').waitFor();
});
