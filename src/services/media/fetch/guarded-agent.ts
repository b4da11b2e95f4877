/** Connections that are checked where they are made, so that no redirect and no change of DNS leads around the check. */
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent } from 'undici';
import { type AddressRule, notPublic } from './web-address.ts';

/** Finds the addresses of a host, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/** A lookup that answers only addresses that the rule allows, and fails when none is left. The socket connects to what it answers. */
export function guardedLookup(rule: AddressRule, resolve: Resolve = dns.lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const allowed = found.filter(({ address }) => rule(address));
      const [first] = allowed;
      if (!first) return callback(notPublic(), '');
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

/** An agent whose every connection obeys the rule. Close it when done. The library is loaded by the first one: it takes 20 MB. */
export async function createGuardedAgent(
  rule: AddressRule,
  timeoutMs: number,
  resolve?: Resolve,
): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici');
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    lookup: guardedLookup(rule, resolve),
  });
  return new Agent({
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 64 * 1024,
    connect: (options, callback) => {
      // A literal address is connected to without a lookup.
      const literal = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !rule(literal)) return callback(notPublic(), null);
      return connect(options, callback);
    },
  });
}
