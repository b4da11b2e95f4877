/** Server-sent events: one answer that goes on, for as long as both sides like. */
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Milliseconds between two signs of life, and after which a stream ends, so that whoever reads on is asked who they are again. */
const heartbeatMs = 15_000;
const longestMs = 15 * 60 * 1000;
/** What may wait for a reader that is slow; of what comes while there is more, nothing is sent. */
const mostWaiting = 256 * 1024;

/** One reader. */
export interface EventStream {
  /** Sends data as one event; dropped while the reader is behind. */
  send(data: string): void;
  end(): void;
}

/** Makes streams of one server, and ends them before it closes. */
export function eventStreams(server: FastifyInstance) {
  const open = new Set<EventStream>();
  server.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });
  return {
    /** Takes the answer over; `closed` is called once, whoever ends it. */
    open(reply: FastifyReply, closed: () => void): EventStream {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      raw.write('retry: 2000\n\n');
      const heart = setInterval(() => raw.write(':\n\n'), heartbeatMs).unref();
      const end = setTimeout(() => raw.end(), longestMs).unref();
      const stream: EventStream = {
        send: (data) => void (raw.writableLength < mostWaiting && raw.write(`data: ${data}\n\n`)),
        end: () => void raw.end(),
      };
      open.add(stream);
      raw.on('error', () => raw.destroy());
      raw.once('close', () => {
        clearInterval(heart);
        clearTimeout(end);
        open.delete(stream);
        closed();
      });
      return stream;
    },
  };
}
