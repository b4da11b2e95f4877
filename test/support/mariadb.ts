/** Real MariaDB servers, from Debian's mariadb-server, on loopback ports with their data in temporary folders. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { freePort } from './free-port.ts';

const execute = promisify(execFile);

/** Linux's own sockets have short names: folders are made right under the temporary one. */
const makeFolder = (name: string) => mkdtemp(path.join(tmpdir(), `pinakes-${name}-`));

/** Logs small enough to be copied in a moment. */
const logSize = '--innodb-log-file-size=8M';

/** How long a server may take to answer. */
const startMs = 30_000;

/** A running server. */
export interface MariadbServer {
  /** `mysql://root@127.0.0.1:PORT`; stays the same over restarts. */
  readonly url: string;
  /** Runs a statement on a connection of its own; answers its rows. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Waits until it has everything that another had at the time of asking. */
  catchUp(primary: MariadbServer): Promise<void>;
  /** Stands still, keeping its connections, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends at once, as if the machine had. The data stays. */
  kill(): Promise<void>;
  /** Starts again on the same data and port. */
  start(): Promise<void>;
  /** Ends and removes the data. */
  stop(): Promise<void>;
}

/** How to start a server. */
export interface MariadbOptions {
  /** Follows this one, by global transaction ids, taking no writes itself. */
  readonly replicaOf?: MariadbServer;
  /** More options of `mariadbd`. */
  readonly options?: readonly string[];
}

let template: Promise<string> | undefined;

/** A folder with an empty server's data, made once a process and removed with it. */
async function makeTemplate(): Promise<string> {
  const folder = await makeFolder('mariadb-empty');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const options = ['--no-defaults', '--user=root', `--datadir=${folder}/data`, '--skip-test-db', logSize];
  const root = '--auth-root-authentication-method=normal';
  await execute('mariadb-install-db', [...options, root], { env: await own(folder) });
  return folder;
}

/** The environment of a server: a starting one removes the temporary tables of all that share its folder for them. */
async function own(folder: string): Promise<NodeJS.ProcessEnv> {
  const temporary = path.join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  return { ...process.env, TMPDIR: temporary };
}

let servers = 0;

class Mariadb implements MariadbServer {
  readonly url: string;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;

  constructor(folder: string, port: number, more: readonly string[]) {
    servers += 1;
    this.url = `mysql://root@127.0.0.1:${port}`;
    this.#folder = folder;
    this.#arguments = [
      '--no-defaults',
      '--user=root',
      `--datadir=${folder}/data`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
      `--server-id=${(process.pid % 100_000) * 100 + servers}`,
      '--log-bin=binlog',
      '--binlog-format=ROW',
      '--sync-binlog=1',
      '--skip-name-resolve',
      '--gtid-strict-mode=1',
      '--log-slave-updates=1',
      '--innodb-flush-log-at-trx-commit=1',
      logSize,
      ...more,
    ];
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    const connection = await mysql.createConnection({ uri: this.url, connectTimeout: startMs });
    try {
      const [rows] = await connection.query<mysql.RowDataPacket[]>(sql);
      return rows;
    } finally {
      connection.destroy();
    }
  }

  async catchUp(primary: MariadbServer): Promise<void> {
    const [row] = await primary.query('select @@gtid_binlog_pos as position');
    await this.query(`select master_gtid_wait('${row?.['position']}', ${startMs / 1000})`);
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async start(): Promise<void> {
    // The server dies with this process, however that dies.
    const command = ['--pdeathsig', 'SIGKILL', 'mariadbd', ...this.#arguments];
    const child = spawn('setpriv', command, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: await own(this.#folder),
    });
    this.#process = child;
    const log: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log.push(text);
        if (log.join('').includes('ready for connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`mariadbd did not start: ${log.join('')}`)));
    });
  }

  async follow(primary: MariadbServer): Promise<void> {
    const { hostname, port, username } = new URL(primary.url);
    await this.query(`change master to master_host = '${hostname}', master_port = ${port},
      master_user = '${username}', master_use_gtid = slave_pos, master_connect_retry = 1`);
    await this.query('start slave');
  }

  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** Starts a server; it is ready when this resolves, in about a second. */
export async function startMariadb({ replicaOf, options = [] }: MariadbOptions = {}): Promise<MariadbServer> {
  template ??= makeTemplate();
  const folder = await makeFolder('mariadb');
  await cp(await template, folder, { recursive: true });
  const server = new Mariadb(folder, await freePort(), [...(replicaOf ? ['--read-only=1'] : []), ...options]);
  await server.start();
  if (replicaOf) await server.follow(replicaOf);
  return server;
}
