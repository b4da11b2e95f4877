/** The process of a paced client: told its requests once, it runs a pace whenever it is asked to. */
import { type Pace, type PacedRequest, paced } from './paced.ts';

/** What it is told. */
export type PacedOrder =
  | { readonly requests: readonly PacedRequest[] }
  | { readonly url: string; readonly pace: Pace };

let requests: readonly PacedRequest[] = [];

async function run({ url, pace }: { url: string; pace: Pace }): Promise<void> {
  const answers = await paced(url, requests, pace).then(
    (all) => all.map((answer) => ({ ...answer, asked: performance.timeOrigin + answer.asked })),
    (error: unknown) => String(error),
  );
  process.send?.(answers);
}

process.on('message', (order: PacedOrder) => {
  if ('requests' in order) requests = order.requests;
  else void run(order);
});
