/** Pages in the real browser, watched for errors. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { Site } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';

/** How a browser is set up. */
export interface TabOptions {
  /** Whose session it has; a stranger's when left out. */
  readonly visitor?: Visitor;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** A touch screen. */
  readonly touch?: boolean;
}

/** One tab in a context of its own: cookies are shared with no other. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, uncaught ones, and answers that tell of a fault of the server. */
  readonly errors: string[];
}

/** Answers that pages wait for; a stream never ends, and of what a page says in parting nobody hears the end. */
const underWay = new WeakMap<Page, Set<Request>>();
const endless = ['eventsource', 'ping'];

function watchRequests(page: Page): void {
  const requests = new Set<Request>();
  underWay.set(page, requests);
  page.on('request', (request) => {
    // Another document: what the one before asked for is asked no more.
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) requests.clear();
    if (!endless.includes(request.resourceType())) requests.add(request);
  });
  page.on('requestfinished', (request) => void requests.delete(request));
  page.on('requestfailed', (request) => void requests.delete(request));
}

function watch(page: Page, errors: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => void errors.push(error.stack ?? error.message));
  page.on('response', (response) => {
    if (response.status() >= 500) errors.push(`${response.status()} from ${response.url()}`);
  });
}

/** Opens a tab; paths given to `page.goto` are the site's. Waits of the page give up after 15 seconds. */
export async function openTab(browser: Browser, site: Site, options: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    baseURL: site.url,
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.dark ? 'dark' : 'light',
    hasTouch: options.touch ?? false,
    isMobile: options.touch ?? false,
  });
  context.setDefaultTimeout(15_000);
  const [name, value] = options.visitor?.cookie?.split('=') ?? [];
  if (name !== undefined && value !== undefined) await context.addCookies([{ name, value, url: site.url }]);
  const page = await context.newPage();
  const errors: string[] = [];
  watch(page, errors);
  watchRequests(page);
  return { page, context, errors, [Symbol.asyncDispose]: () => context.close() };
}

/** Long enough for what was asked for to be drawn, and for what that asks for to be under way. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  });
}

/** After `goto`: waits until the page's scripts have taken over, nothing that it asked for is missing, and its fonts are there. */
export async function settled(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await drawn(page);
  while ((underWay.get(page)?.size ?? 0) > 0) await drawn(page);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** The ids of the pins in a list of pictures, in the order of the document. */
export async function pinsIn(page: Page, list: string): Promise<string[]> {
  const tiles = page.getByRole('list', { name: list }).locator('[data-pin]');
  return tiles.evaluateAll((found) => found.map((tile) => tile.getAttribute('data-pin') ?? ''));
}
