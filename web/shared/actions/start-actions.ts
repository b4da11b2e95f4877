/** Tells the server what people see and do; starts when there is nothing else to do. */
import type { BrowserBatch } from '#services/actions/contract';
import { ActionQueue, type Sent } from './action-queue.ts';
import { Watch } from './watch.ts';

const path = '/api/actions';
const everyMs = 2500;

function token(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

async function send(batch: BrowserBatch): Promise<Sent> {
  if (!navigator.onLine) return 'later';
  try {
    const { ok, status } = await fetch(path, {
      method: 'POST',
      body: JSON.stringify(batch),
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      keepalive: true,
    });
    if (ok) return 'taken';
    // What the server cannot read it never will; the rest is a matter of time.
    return status === 400 || status === 413 || status === 415 ? 'refused' : 'later';
  } catch {
    return 'later';
  }
}

/** The page may be gone before an answer: what is told here is told again by the next page, and counts once. */
function sayLastWords(queue: ActionQueue): void {
  const batch = queue.lastWords();
  if (batch) navigator.sendBeacon(path, new Blob([JSON.stringify(batch)], { type: 'application/json' }));
}

/** Starts watching and telling, unless the person asked not to be tracked. */
export function startActions(): void {
  const asksForPrivacy = 'globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true;
  if (asksForPrivacy) return;
  const queue = new ActionQueue({ storage: localStorage, send, now: () => Date.now(), token });
  new Watch(queue).start();
  const flush = () => void queue.flush();
  setInterval(flush, everyMs);
  addEventListener('online', flush);
  addEventListener('pagehide', () => sayLastWords(queue));
  document.addEventListener('visibilitychange', () => document.hidden && sayLastWords(queue));
  flush();
}
