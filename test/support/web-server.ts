/** A small web server of pages and pictures, to save from. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What answers at a path. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A running web server. */
export interface WebServer extends AsyncDisposable {
  readonly url: string;
  /** Paths asked for so far. */
  readonly asked: string[];
}

/** Answers with a body. */
export function answer(type: string, body: string | Uint8Array): Answering {
  return (_request, response) => void response.writeHead(200, { 'content-type': type }).end(body);
}

/** Answers with a redirect. */
export function redirect(to: string): Answering {
  return (_request, response) => void response.writeHead(302, { location: to }).end();
}

/** Serves `paths` on a free loopback port; everything else is not found. */
export async function serveWeb(paths: Readonly<Record<string, Answering>>): Promise<WebServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const handler = paths[request.url ?? ''];
    if (handler) handler(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
