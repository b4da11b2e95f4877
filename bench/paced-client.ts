/**
 * A client in a process of its own. What else a benchmark does and keeps, such as the making of a library, would have the
 * client collect garbage in the middle of a request, and that time is not the server's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Pace, PacedAnswer, PacedRequest } from './paced.ts';
import type { PacedOrder } from './paced-process.ts';

/** Asks as `paced` does, one pace at a time. */
export interface PacedClient {
  run(url: string, pace: Pace): Promise<PacedAnswer[]>;
  stop(): void;
}

/** Starts a client that asks for these again and again. */
export function startPacedClient(requests: readonly PacedRequest[]): PacedClient {
  const child = fork(path.join(import.meta.dirname, 'paced-process.ts'));
  const tell = (order: PacedOrder) => child.send(order);
  tell({ requests });
  const exited = once(child, 'exit').then(([code]) => `the client ended with ${String(code)}`);
  return {
    async run(url, pace) {
      tell({ url, pace });
      const told = once(child, 'message').then(([message]) => message as PacedAnswer[] | string);
      const answers = await Promise.race([told, exited]);
      if (typeof answers === 'string') throw new Error(answers);
      return answers.map((answer) => ({ ...answer, asked: answer.asked - performance.timeOrigin }));
    },
    stop: () => child.disconnect(),
  };
}
