/** The browser's entry: takes over the page that the server rendered. */
import { type DehydratedState, hydrate } from '@tanstack/preact-query';
import { hydrate as takeOver } from 'preact';
import { App } from './app/app.tsx';
import { loadAllPages, loadPage } from './app/routes.ts';
import { browserApi } from './shared/api/browser-api.ts';
import { createQueryClient } from './shared/api/query-client.ts';
import { entry, startNavigation } from './shared/nav/location.ts';
import { readTheme } from './shared/theme/theme.ts';

/** What the server worked out: the page it rendered (not the address's when there is nothing there), and its data. */
interface PageState {
  readonly path: string;
  readonly queries: DehydratedState;
}

function stateOfPage(): PageState {
  return JSON.parse(document.getElementById('state')?.textContent ?? '{}');
}

/** Not before the page stands: what people see counts from their first second on, the code that counts it need not. */
async function startActions(): Promise<void> {
  const actions = await import('./shared/actions/start-actions.ts');
  actions.startActions();
}

/** The first page has loaded its pictures by then. */
const idleAfterMs = 2500;

async function start(): Promise<void> {
  const root = document.getElementById('app');
  if (!root) return;
  const client = createQueryClient();
  const { path, queries } = stateOfPage();
  hydrate(client, queries);
  entry.value = { ...entry.value, path };
  await loadPage(entry.value.path);
  startNavigation(async (path) => void (await loadPage(path)));
  takeOver(<App api={browserApi} client={client} />, root);
  // Not before: the first drawing must be the server's, which does not know the choice.
  readTheme();
  if (entry.value.scroll > 0) window.scrollTo({ top: entry.value.scroll, behavior: 'instant' });
  document.documentElement.dataset['ready'] = 'true';
  startActions().catch(() => {});
  setTimeout(() => void loadAllPages().catch(() => {}), idleAfterMs);
}

void start();
