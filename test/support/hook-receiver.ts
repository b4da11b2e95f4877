/** A real HTTP server that takes webhooks, and answers as it is told. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A message as it came. */
export interface ReceivedMessage {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: { id: string; kind: string; at: number; data: Record<string, unknown> };
}

/** A running server. */
export interface HookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: ReceivedMessage[];
  /** What it answers from now on; 204 at first. */
  status: number;
}

/** Starts one. */
export async function startHookReceiver(): Promise<HookReceiver> {
  const received: ReceivedMessage[] = [];
  const server = createServer(async (request, response) => {
    const raw = await text(request);
    received.push({ headers: request.headers, raw, body: JSON.parse(raw) });
    const headers = receiver.status >= 300 && receiver.status < 400 ? { location: '/elsewhere' } : {};
    response.writeHead(receiver.status, headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: HookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    status: 204,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}
