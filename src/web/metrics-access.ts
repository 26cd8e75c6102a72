import { BlockList, isIP } from 'node:net';
import type { Request } from 'express';

/** Loopback, private, shared, link-local and unique-local (RFC 1122, 1918, 6598, 3927, 4193, 4291). */
const near = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(network, bits, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');

/** What proxies write when they pass on what somebody else asked. */
const passedOn = ['forwarded', 'via', 'cf-connecting-ip', 'true-client-ip', 'x-real-ip'];

/**
 * Whether somebody asks from the machine itself or a network of one's own, and for themselves. What a proxy says of where a request
 * comes from is not believed: whatever a proxy passes on comes from outside.
 */
export function isNear({ socket, headers }: Pick<Request, 'socket' | 'headers'>): boolean {
  const isPassedOn = Object.keys(headers).some((name) => passedOn.includes(name) || name.startsWith('x-forwarded'));
  const address = socket.remoteAddress ?? '';
  return !isPassedOn && isIP(address) !== 0 && near.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
