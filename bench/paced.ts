/** Requests at a fixed rate, evenly spread, whether or not the answers keep up; each is timed from when it was due. */
import { Pool } from 'undici';

/** What to ask for. */
export interface PacedRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** How to ask. */
export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Milliseconds of each answer, whole body included, in the order in which they came. Rejects when one is not 200. */
export async function paced(url: string, requests: readonly PacedRequest[], pace: Pace): Promise<number[]> {
  const pool = new Pool(url, { connections: pace.connections, pipelining: 1 });
  const times: number[] = [];
  const ask = async (request: PacedRequest, due: number) => {
    const { statusCode, body } = await pool.request({ ...request, method: 'GET' });
    await body.arrayBuffer();
    if (statusCode !== 200) throw new Error(`${statusCode} for ${request.path}`);
    times.push(performance.now() - due);
  };
  const start = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < pace.perSecond * pace.seconds; n += 1) {
    const due = start + (n * 1000) / pace.perSecond;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    const request = requests[n % requests.length];
    // A timer may be a millisecond early or late; that is this loop's own, not the server's.
    const now = performance.now();
    if (request) all.push(ask(request, Math.abs(now - due) <= 1 ? now : due));
  }
  await Promise.all(all);
  await pool.close();
  return times;
}
