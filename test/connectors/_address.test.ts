import type { LookupAddress } from 'node:dns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AllowHosts, guardedLookup, isPublicAddress, namedGate, normalHost } from '../../connectors/_address.ts';

describe('public addresses', () => {
  it('knows the public ones', () => {
    for (const address of ['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])
      expect(isPublicAddress(address), address).toBe(true);
  });

  it('knows loopback, private, link-local, unique-local, shared, documentation, multicast and reserved ones', () => {
    const hidden = [
      ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
      ...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
      ...['::', '::1', '::127.0.0.1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', '2001:db8::1'],
      ...['2002:7f00:1::', '64:ff9b::7f00:1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:7f00:1', '2001::1'],
    ];
    for (const address of hidden) expect(isPublicAddress(address), address).toBe(false);
  });

  it('takes no private IPv4 address for public in any IPv6 dress', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, (b, c, d) => {
        for (const address of [`10.${b}.${c}.${d}`, `127.${b}.${c}.${d}`, `192.168.${c}.${d}`]) {
          expect(isPublicAddress(address)).toBe(false);
          expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
          expect(isPublicAddress(`::${address}`)).toBe(false);
        }
      }),
    );
  });
});

describe('hosts', () => {
  it('sees through every spelling of an address', () => {
    for (const loopback of ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '127.0.0.1.', '0x7f000001'])
      expect(normalHost(loopback), loopback).toBe('127.0.0.1');
    expect(normalHost('LocalHost.')).toBe('localhost');
    expect(normalHost('[::1]')).toBe('::1');
    expect(normalHost('0:0:0:0:0:0:0:1')).toBe('::1');
    expect(normalHost('bücher.example')).toBe('xn--bcher-kva.example');
  });

  it('refuses what is more or less than a host', () => {
    for (const text of ['', 'a b', 'a/b', 'user@host', 'host:81', 'a?b', 'a#b', '256.1.1.1', 'http://x'])
      expect(normalHost(text), text).toBeNull();
  });

  it('reads allowHosts strictly', () => {
    const good = ['crm.intern', '10.1.2.3', '10.1.0.0/16', '::1', 'fd00::/8', 'localhost'];
    expect(AllowHosts.parse(good)).toEqual(good);
    for (const entry of ['10.0.0.0/33', '10.0.0/8', 'fd00::/129', 'a/8', '/8', '10.0.0.0/', 'http://crm.intern', ''])
      expect(AllowHosts.safeParse([entry]).success, entry).toBe(false);
  });

  it('lets pass what is named and nothing else', () => {
    const allowed = namedGate(['crm.intern', '10.1.0.0/16', '127.0.0.1', 'fd00::/8', 'no sense']);
    expect(allowed('crm.intern', '192.168.7.7')).toBe(true);
    expect(allowed('other.intern', '10.1.200.3')).toBe(true);
    expect(allowed('other.intern', '::ffff:10.1.200.3')).toBe(true);
    expect(allowed('other.intern', 'fd12::1')).toBe(true);
    expect(allowed('127.0.0.1', '127.0.0.1')).toBe(true);
    for (const [host, address] of [
      ['other.intern', '10.2.0.1'],
      ['crm.intern.evil.test', '10.2.0.1'],
      ['127.0.0.2', '127.0.0.2'],
      ['', '169.254.169.254'],
      ['no sense', '169.254.169.254'],
    ] as const)
      expect(allowed(host, address), `${host} ${address}`).toBe(false);
  });
});

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

describe('guarded lookup', () => {
  /** A resolver that gives these addresses, one list per call. */
  const resolver = (...answers: string[][]) =>
    ((_host: string, _options: unknown, done: Answer) => {
      const addresses = (answers.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      done(null, addresses);
    }) as unknown as typeof import('node:dns').lookup;
  const ask = (lookup: ReturnType<typeof guardedLookup>, all: boolean) =>
    new Promise((resolve, reject) => {
      lookup('app.test', { all }, (error, address, family) => {
        if (error) reject(error);
        else resolve(all ? address : [address, family]);
      });
    });
  const publicOnly = (_host: string, address: string) => isPublicAddress(address);

  it('gives public addresses in both shapes sockets ask for', async () => {
    const lookup = guardedLookup(publicOnly, resolver(['1.1.1.1', '2606:4700::1'], ['1.1.1.1']));
    expect(await ask(lookup, true)).toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
    expect(await ask(lookup, false)).toEqual(['1.1.1.1', 4]);
  });

  it('refuses a host with one private address among public ones, and one that turns private later', async () => {
    const lookup = guardedLookup(publicOnly, resolver(['1.1.1.1', '127.0.0.1'], ['1.1.1.1'], ['169.254.169.254'], []));
    await expect(ask(lookup, true)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(await ask(lookup, false)).toEqual(['1.1.1.1', 4]);
    await expect(ask(lookup, false)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    await expect(ask(lookup, true)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
