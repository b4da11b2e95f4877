/** Which network addresses strangers' URLs may lead to: the public internet and nothing else. */
import ipaddr from 'ipaddr.js';

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // Only the plain forms: what an octal or hexadecimal IPv4 means depends on who reads it.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}

/**
 * Whether an IP address is a global unicast one. Everything else is not: loopback, private, link-local (cloud
 * metadata among them), carrier-grade NAT, multicast, reserved and unspecified addresses, and IPv6 forms that
 * carry an IPv4 address inside (mapped, compatible, 6to4, Teredo, NAT64), since they end wherever that one does.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  if (parsed?.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast);
}

/** Whether an IP address is this machine itself: 127.0.0.0/8, ::1, or the former mapped into IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return parse(address)?.range() === 'loopback';
}
