import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { z } from 'zod';

/** Not public: RFC 6890 special-purpose blocks, multicast and reserved space, and where Azure tells a machine about itself. */
const specialV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Inside global unicast (2000::/3), yet not a public peer: IETF protocols and Teredo, documentation, 6to4. */
const specialV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const blocked = new BlockList();
for (const [network, bits] of specialV4) blocked.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of specialV6) blocked.addSubnet(network, bits, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');
const mappedV4 = new BlockList();
mappedV4.addSubnet('::ffff:0:0', 96, 'ipv6');

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Is this address one anybody on the internet may have? IPv4 inside IPv6 counts as the IPv4 address it is. */
export function isPublicAddress(address: string): boolean {
  if (blocked.check(address, family(address))) return false;
  if (isIP(address) === 4) return true;
  return globalV6.check(address, 'ipv6') || mappedV4.check(address, 'ipv6');
}

/** A host as the URL parser sees it: lower case, `0177.1` and `2130706433` as dotted addresses, no brackets, no final dot. */
export function normalHost(host: string): string | null {
  const parsed = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}/`);
  if (parsed === null || parsed.href !== `http://${parsed.hostname}/`) return null;
  return parsed.hostname.replace(/^\[|\]$|\.$/g, '') || null;
}

const network = /^([0-9a-f.:]+)\/(\d{1,3})$/i;

function isNetwork(entry: string): boolean {
  const [, address = '', bits] = network.exec(entry) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 6 ? 128 : 32);
}

/** Hosts and networks beyond public ones: `crm.intern`, `10.1.2.3`, `10.1.0.0/16`. */
export const AllowHosts = z.array(
  z
    .string()
    .trim()
    .refine((entry) => (entry.includes('/') ? isNetwork(entry) : normalHost(entry) !== null), {
      error: 'write a host name, an address or a network such as 10.1.0.0/16',
    }),
);

/** May `host`, which resolves to `address`, be called? */
export type Gate = (host: string, address: string) => boolean;

/** What `allowHosts` names may be called. An entry that is nonsense allows nothing. */
export function namedGate(allowHosts: readonly string[]): Gate {
  const names = new Set<string>();
  const networks = new BlockList();
  for (const entry of allowHosts) {
    const [, address = '', bits] = network.exec(entry) ?? [];
    const name = normalHost(entry.trim());
    if (isNetwork(entry)) networks.addSubnet(address, Number(bits), family(address));
    else if (name !== null) names.add(name);
  }
  return (host, address) => names.has(host) || names.has(address) || networks.check(address, family(address));
}

/** The host resolves to an address that may not be called. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/**
 * A `lookup` for sockets that refuses a host as soon as one of its addresses is refused. The check and the connection use the same
 * answer, so a name that resolves differently the second time gains nothing. Sockets skip it for IP literals: check those first.
 */
export const guardedLookup =
  (allowed: Gate, resolve: typeof lookup = lookup): LookupFunction =>
  (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        done(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
      } else if (!addresses.every(({ address }) => allowed(normalHost(host) ?? host, address))) {
        done(new AddressRefused(host), '');
      } else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
