/** Requests at a fixed rate, evenly spread, whether or not the answers keep up; each is timed from when it was due. */
import { Pool } from 'undici';

/** What to ask for; GET unless it says otherwise. */
export interface PacedRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

/** How to ask. */
export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** An answer: how long it took, whole body included, and when it was asked for, by `performance.now`. */
export interface PacedAnswer {
  readonly ms: number;
  readonly status: number;
  readonly asked: number;
}

/** Answers in the order in which they came. Rejects when one is of status 300 or above. */
export async function paced(
  url: string,
  requests: readonly PacedRequest[],
  pace: Pace,
): Promise<PacedAnswer[]> {
  const pool = new Pool(url, { connections: pace.connections, pipelining: 1 });
  const answers: PacedAnswer[] = [];
  const ask = async (request: PacedRequest, due: number) => {
    const { statusCode: status, body } = await pool.request({ method: 'GET', ...request });
    const text = await body.text();
    if (status >= 300) throw new Error(`${status} for ${request.path}: ${text}`);
    answers.push({ ms: performance.now() - due, status, asked: due });
  };
  const start = performance.now();
  const all: Promise<void>[] = [];
  const failures: unknown[] = [];
  const count = pace.perSecond * pace.seconds;
  for (let n = 0; n < count && failures.length === 0; n += 1) {
    const due = start + (n * 1000) / pace.perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const request = requests[n % requests.length];
    // A timer may be a millisecond early or late; that is this loop's own, not the server's.
    const now = performance.now();
    const from = Math.abs(now - due) <= 1 ? now : due;
    if (request) all.push(ask(request, from).catch((error: unknown) => void failures.push(error)));
  }
  await Promise.all(all);
  await pool.close();
  if (failures.length > 0) throw failures[0];
  return answers;
}

/** The value below which a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
