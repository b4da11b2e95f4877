/** A real SMTP server on loopback that keeps what it is given. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** What it took: the envelope, and the message as it came over the wire. */
export interface TakenMail {
  readonly from: string;
  readonly to: string[];
  readonly raw: string;
}

/** A running server. */
export interface MailBed extends AsyncDisposable {
  readonly port: number;
  readonly taken: TakenMail[];
}

/** Starts one; without options it takes everything from everybody, without TLS. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailBed> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom ? mailFrom.address : '';
      text(stream).then((raw) => {
        taken.push({ from, to: rcptTo.map(({ address }) => address), raw });
        done();
      }, done);
    },
    ...options,
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
