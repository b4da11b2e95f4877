/** Sends all metrics to a StatsD server over UDP. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Log } from '#kernel/log';
import type { Metrics, Reading } from '#kernel/metrics';
import { counterLine, gaugeLines, nameOf, timerLine } from './lines.ts';

/** An address for datagrams. */
export interface UdpAddress {
  readonly host: string;
  readonly port: number;
}

/** What an emitter stands on. */
export interface StatsdEmitterDeps {
  readonly metrics: Metrics;
  readonly to: UdpAddress;
  readonly log: Log;
  /** Milliseconds between two sendings of counters and gauges; 1,000 when left out. */
  readonly intervalMs?: number | undefined;
}

/** What passes every network of today in one piece. */
const datagramBytes = 1432;
/** Datagrams on their way; what comes while there are more is dropped. */
const mostUnderWay = 256;

/** What other programs sent here is theirs to send elsewhere. */
const isOthers = (name: string): boolean => name.startsWith('pinakes_statsd_received_');

/**
 * Counters go as increases since the last time, gauges as they are, every duration as it is taken. Nothing waits for the
 * network: what the socket does not take soon enough is dropped and counted in `pinakes_statsd_dropped_total`.
 */
export class StatsdEmitter {
  readonly #deps: StatsdEmitterDeps;
  readonly #counted = new Map<string, number>();
  readonly #dropped;
  #socket: Promise<Socket | undefined> | undefined;
  #ready: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lines = '';
  #underWay = 0;

  constructor(deps: StatsdEmitterDeps) {
    this.#deps = deps;
    this.#dropped = deps.metrics.counter('pinakes_statsd_dropped_total', 'Datagrams that were not sent.');
  }

  /** Begins; of what was counted before, all goes with the first sending. */
  start(): void {
    const { metrics, intervalMs = 1000 } = this.#deps;
    metrics.onDuration((name, labels, seconds) => {
      if (!isOthers(name)) this.#add(timerLine(nameOf(name, labels), seconds));
    });
    this.#timer = setInterval(() => void this.flush(), intervalMs);
    this.#timer.unref();
  }

  /** Sends what there is now; never rejects. */
  async flush(): Promise<void> {
    this.#ready = await this.#open();
    for (const reading of await this.#deps.metrics.readings()) this.#read(reading);
    this.#send();
  }

  /** Sends once more and lets go of the socket. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    const socket = this.#ready;
    this.#ready = undefined;
    if (socket) await new Promise<void>((done) => socket.close(done));
  }

  /** The socket, connected so that a name is looked up once; undefined when there is no such host now. */
  #open(): Promise<Socket | undefined> {
    const { to, log } = this.#deps;
    this.#socket ??= new Promise((done) => {
      const socket = createSocket(isIPv6(to.host) ? 'udp6' : 'udp4').unref();
      // Nobody listening is told as an error of an earlier datagram.
      socket.on('error', (error) => log.debug({ err: error }, 'statsd'));
      socket.once('connect', () => done(socket));
      socket.connect(to.port, to.host, (error?: Error) => {
        if (!error) return;
        this.#socket = undefined;
        log.warn({ err: error }, 'the statsd server is not known');
        socket.close();
        done(undefined);
      });
    });
    return this.#socket;
  }

  #read({ kind, name, labels, value }: Reading): void {
    if (isOthers(name) || !Number.isFinite(value)) return;
    const key = nameOf(name, labels);
    if (kind === 'gauge') this.#add(gaugeLines(key, value));
    else this.#count(key, value);
  }

  #count(key: string, value: number): void {
    const by = value - (this.#counted.get(key) ?? 0);
    this.#counted.set(key, value);
    if (by > 0) this.#add(counterLine(key, by));
  }

  #add(line: string): void {
    if (this.#lines.length + line.length + 1 > datagramBytes) this.#send();
    this.#lines = this.#lines === '' ? line : `${this.#lines}\n${line}`;
  }

  #send(): void {
    const [lines, socket] = [this.#lines, this.#ready];
    this.#lines = '';
    if (lines === '') return;
    if (!socket || this.#underWay >= mostUnderWay) {
      this.#dropped.inc();
      return;
    }
    this.#underWay += 1;
    socket.send(lines, (error) => {
      this.#underWay -= 1;
      if (error) this.#dropped.inc();
    });
  }
}
