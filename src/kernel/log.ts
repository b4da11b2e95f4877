/** Structured logs: one JSON object a line on standard error, so that standard output stays for results. */
import pino from 'pino';

/** A logger; `child` adds fields to every line. Never log secrets, cookies or file contents. */
export type Log = pino.Logger;

/** Severity below which lines are dropped. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Makes the root logger. Lines are written asynchronously and flushed at exit. */
export function createLog(level: LogLevel): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: level === 'debug' || level === 'trace' }),
  );
}

/** A logger that drops everything, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });
