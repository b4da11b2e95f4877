/** What is hard or impossible to use for some people on the page in a tab, as axe finds it. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

type Impact = 'minor' | 'moderate' | 'serious' | 'critical';

const everyImpact: readonly Impact[] = ['minor', 'moderate', 'serious', 'critical'];

/** A line for each element that breaks a rule, of all impacts unless told; none on a page without faults. */
export async function faultsOn(page: Page, impacts = everyImpact): Promise<string[]> {
  // Results are put together in the page itself: no page has frames, and a second one for that takes twice the time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => !impact || impacts.includes(impact))
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`));
}

/** Resolves when what moves from one colour to another has arrived. */
async function transitionsOver(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

/** The same look at a page as it is for those whose system is dark; the page is light again afterwards. */
export function inTheDark<T>(look: (page: Page) => Promise<T>): (page: Page) => Promise<T> {
  return async (page) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await transitionsOver(page);
    try {
      return await look(page);
    } finally {
      await page.emulateMedia({ colorScheme: 'light' });
      await transitionsOver(page);
    }
  };
}
