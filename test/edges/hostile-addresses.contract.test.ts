import dns, { type LookupAddress } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BaseUrl, httpClient } from '../../connectors/_http.ts';
import { signInCalls } from '../../connectors/_sign-in.ts';
import { ConnectorError } from '../../src/core/connector.ts';
import { oidcClient } from '../../src/web/oidc.ts';
import { startJsonServer } from '../fakes/json-server.ts';
import { hostileAddresses } from './hostile-addresses.ts';

/** Listens on every address of this machine, of both families where it has both, and counts who comes. */
let server: Server;
let port: number;
let reached = 0;
/** Hosts that were asked for, and how often. */
const asked = new Map<string, number>();
const resolve = dns.lookup;

/** Nobody has it (no registry was given it, RFC 4291 leaves it global): a connection to it ends at once. */
const nowhere = '2d00::1';
const answers: Record<string, (times: number) => string[]> = {
  'mixed.example': () => [nowhere, '127.0.0.1'],
  'rebinding.example': (times) => (times % 2 === 1 ? ['127.0.0.1'] : [nowhere]),
  'turning.example': (times) => (times === 1 ? [nowhere] : ['127.0.0.1']),
  'mapped.example': () => ['::ffff:127.0.0.1'],
  'nat64.example': () => ['64:ff9b::7f00:1'],
  'linklocal.example': () => ['fe80::1%lo'],
  'zero.example': () => ['0.0.0.0'],
};

beforeAll(async () => {
  server = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => {
    server.once('error', () => server.listen(0, '0.0.0.0', done));
    server.listen(0, '::', done);
  });
  port = (server.address() as AddressInfo).port;
  dns.lookup = ((host: string, options: object, done?: (error: null, found: LookupAddress[]) => void) => {
    // Who listens asks in another way; only who calls is deceived.
    if (done === undefined) return Reflect.apply(resolve, dns, [host, options]);
    const times = (asked.get(host) ?? 0) + 1;
    asked.set(host, times);
    const found = answers[host]?.(times) ?? ['127.0.0.1'];
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
});
afterAll(async () => {
  dns.lookup = resolve;
  syncBuiltinESMExports();
  await new Promise((done) => server.close(done));
});
beforeEach(() => {
  reached = 0;
  asked.clear();
});

const written = (address: string): string => address.replaceAll('PORT', String(port));

/** What a call at an address comes to: not even a form takes it, or the client does not call it. */
async function attempt(baseUrl: string, allowHosts: readonly string[] = []): Promise<string> {
  if (!BaseUrl.safeParse(baseUrl).success) return 'no address';
  const settings = { name: 'crm', baseUrl, allowHosts, deadline: 5_000, now: Date.now };
  const client = httpClient({ ...settings, auth: { type: 'bearer', token: 'a-token-of-ours' } });
  const request = { path: ['Users'], schema: z.unknown(), signal: AbortSignal.timeout(5_000) };
  try {
    await client.send({ ...request, method: 'GET' });
    return 'answered';
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return error.message;
  } finally {
    client.close();
  }
}

describe('hostile addresses', () => {
  it('are many, each another one', () => {
    expect(new Set(hostileAddresses).size).toBe(hostileAddresses.length);
    expect(hostileAddresses.length).toBeGreaterThanOrEqual(200);
  });

  it('reach a machine that may be reached, so that not to be reached means something', async () => {
    await attempt(written('http://127.0.0.1:PORT/'), ['127.0.0.1']);
    await attempt(written('https://crm.intern:PORT/'), ['crm.intern']);
    expect(reached).toBe(2);
  });

  it.each(hostileAddresses)('%s', async (address) => {
    const outcome = await attempt(written(address));
    expect(outcome).toMatch(/^no address$|^crm was not called: /);
    expect(reached).toBe(0);
  });
});

describe('what a sign-in provider names', () => {
  const calls = signInCalls({ now: Date.now });
  const clock = { now: Date.now, deadline: (milliseconds: number) => AbortSignal.timeout(milliseconds) };
  const usual = { allowHosts: [], deadline: 5_000 };

  it.each(hostileAddresses)('%s', async (address) => {
    const looked = await calls.ask(written(address), { ...usual, signal: clock.deadline(5_000) });
    asked.clear();
    const posted = await calls.ask(written(address), { ...usual, form: { code: 'c' }, signal: clock.deadline(5_000) });
    expect([looked, posted, reached]).toEqual([null, null, 0]);
  });

  it('is called only where it may be, though the provider itself may', async () => {
    const inside = written('http://127.0.0.2:PORT/token');
    const peer = await startJsonServer(() => {
      const authorization_endpoint = `${peer.origin}/authorize`;
      const body = { issuer: peer.origin, authorization_endpoint, token_endpoint: inside, jwks_uri: inside };
      return { status: 200, body };
    });
    const provider = { issuer: peer.origin, clientId: 'rollcall', clientSecret: 'secret', maxAge: 300_000 };
    const bound = { state: 's', nonce: 'n', verifier: 'v'.repeat(43), since: 0, email: null };
    const client = oidcClient({ clock, calls });
    const back = (allowHosts: string[]) =>
      client.identity({ ...provider, allowHosts }, 'https://rollcall.acme.test/back', { code: 'c' }, bound);
    try {
      await expect(back([])).rejects.toThrow('settings.stepUp.allowHosts');
      await expect(back(['127.0.0.1'])).rejects.toThrow('settings.stepUp.allowHosts');
      expect(reached).toBe(0);
      await expect(back(['127.0.0.0/24'])).rejects.toThrow('does not answer as it should');
      expect(reached).toBe(1);
    } finally {
      await peer.stop();
    }
  });
});

describe('a resolver that changes its mind', () => {
  it('gains nothing: what was checked is what is connected to', async () => {
    const outcomes = [];
    for (let time = 0; time < 4; time += 1) outcomes.push(await attempt(written('https://turning.example:PORT/')));
    expect(outcomes[0]).not.toMatch(/was not called/);
    for (const outcome of outcomes.slice(1)) expect(outcome).toMatch(/was not called/);
    expect(asked.get('turning.example')).toBe(4);
    expect(reached).toBe(0);
  });

  it('is asked again by nobody behind the guard', async () => {
    await attempt(written('https://rebinding.example:PORT/'));
    expect(asked.get('rebinding.example')).toBe(1);
    expect(reached).toBe(0);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('are followed nowhere: %i', async (status) => {
    const place = written('http://127.0.0.1:PORT/latest/meta-data/');
    const peer = await startJsonServer(() => ({ status, headers: { location: place }, body: {} }));
    try {
      expect(await attempt(peer.origin, ['127.0.0.1'])).toMatch(/redirect|answered 30/i);
      expect(reached).toBe(0);
    } finally {
      await peer.stop();
    }
  });
});
