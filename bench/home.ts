/**
 * `home`: the home feed over HTTP for a thousand people (`size / 100`) with `size` pins, in pages of 25, first and second
 * pages alike: requests a second against the same server returning a constant of the same size; and the 99th percentile
 * at a moderate rate of 300 a second. Every person's skeleton is known by then; how long a first visit takes, and a page
 * further down that nobody has asked for before, is told besides.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import autocannon from 'autocannon';
import { type Bench, inTurn, median, medianRatio } from './bench.ts';
import { type PacedRequest, paced, percentile } from './paced.ts';
import { seededLibrary } from './seed.ts';

const rounds = 5;
const connections = 32;
const roundSeconds = 5;
const moderateRate = 300;
const moderateSeconds = 20;
const visitorsAtOnce = 4;
const scrolledPages = 6;

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

async function startServer(data: string): Promise<Server> {
  const env = { ...process.env, PORT: '0', PINAKES_DATA: data, PINAKES_LOG: 'warn', PINAKES_WORKERS: '1' };
  const script = path.join(import.meta.dirname, 'home-server.ts');
  const child = spawn(process.execPath, [...process.execArgv, script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), child };
}

/** Everybody's first visit: makes their skeleton. Answers the requests for everybody's first and second page. */
async function firstVisits(
  url: string,
  tokens: readonly string[],
): Promise<{ pages: PacedRequest[]; ms: number[] }> {
  const pages: PacedRequest[] = [];
  const ms: number[] = [];
  const queue = tokens.values();
  const visitor = async () => {
    for (const token of queue) {
      const headers = { cookie: `pinakes_session=${token}` };
      const start = performance.now();
      const answer = await fetch(`${url}/api/feed/home`, { headers });
      const page = (await answer.json()) as { items: unknown[]; cursor: string };
      ms.push(performance.now() - start);
      if (page.items.length !== 25) throw new Error(`a page of ${page.items.length} pins`);
      pages.push({ path: '/api/feed/home', headers });
      pages.push({ path: `/api/feed/home?cursor=${encodeURIComponent(page.cursor)}`, headers });
    }
  };
  await Promise.all(Array.from({ length: visitorsAtOnce }, visitor));
  return { pages, ms };
}

/** Each connection is a few people of its own, so that all of them ask, and at any moment different ones. */
function load(url: string, pages: readonly PacedRequest[]): Promise<autocannon.Result> {
  const each = Math.ceil(pages.length / connections);
  let started = 0;
  return new Promise((resolve, reject) => {
    const setupClient = (client: autocannon.Client) => {
      const from = (started++ * each) % pages.length;
      client.setRequests(pages.slice(from, from + each).map((page) => ({ ...page })));
    };
    autocannon({ url, connections, setupClient, duration: roundSeconds }, (error, result) => {
      if (error) reject(error);
      else if (result.non2xx + result.errors > 0)
        reject(new Error(`${result.non2xx} refused, ${result.errors} failed`));
      else resolve(result);
    });
  });
}

async function requestsPerSecond(url: string, pages: readonly PacedRequest[]): Promise<number> {
  return (await load(url, pages)).requests.average;
}

/** Everybody scrolls on from their second page: milliseconds of each further page. */
async function scroll(url: string, seconds: readonly PacedRequest[]): Promise<number[]> {
  const ms: number[] = [];
  const queue = seconds.values();
  const visitor = async () => {
    for (const { path: start, headers } of queue) {
      let next = start;
      for (let page = 0; page <= scrolledPages; page += 1) {
        const asked = performance.now();
        const { cursor } = (await (await fetch(url + next, { headers })).json()) as { cursor: string | null };
        // The second page was asked for before.
        if (page > 0) ms.push(performance.now() - asked);
        if (cursor === null) break;
        next = `/api/feed/home?cursor=${encodeURIComponent(cursor)}`;
      }
    }
  };
  await Promise.all(Array.from({ length: visitorsAtOnce }, visitor));
  return ms;
}

async function measure(url: string, tokens: readonly string[]) {
  const { pages, ms } = await firstVisits(url, tokens);
  const constants = pages.map((page) => ({ ...page, path: '/bench/constant' }));
  await requestsPerSecond(url, pages);
  const pace = { perSecond: moderateRate, seconds: moderateSeconds, connections };
  const moderate = (await paced(url, pages, pace)).map((answer) => answer.ms);
  const runs = await inTurn(
    rounds,
    () => requestsPerSecond(url, pages),
    () => requestsPerSecond(url, constants),
  );
  const scrolled = await scroll(
    url,
    pages.filter((_, at) => at % 2 === 1),
  );
  return {
    ours: {
      requests_per_s: median(runs.a),
      p50_ms: percentile(moderate, 0.5),
      p99_ms: percentile(moderate, 0.99),
      first_visit_p50_ms: percentile(ms, 0.5),
      first_visit_p99_ms: percentile(ms, 0.99),
      scroll_p50_ms: percentile(scrolled, 0.5),
      scroll_p99_ms: percentile(scrolled, 0.99),
    },
    peer: {},
    limit: { constant_requests_per_s: median(runs.b) },
    ratio: { constant: medianRatio(runs.a, runs.b) },
  };
}

/** Size: pins. */
export const homeBench: Bench = {
  name: 'home',
  defaultSize: 100_000,
  async run(size) {
    const { data, tokens } = await seededLibrary(size);
    const server = await startServer(data);
    try {
      return await measure(server.url, tokens);
    } finally {
      server.child.kill('SIGTERM');
      await once(server.child, 'exit');
    }
  },
};
