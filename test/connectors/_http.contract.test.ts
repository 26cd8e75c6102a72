import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Auth, BaseUrl, type HttpRequest, type HttpSettings, httpClient } from '../../connectors/_http.ts';
import { ConnectorError } from '../../src/core/connector.ts';
import { privateHosts } from '../fakes/private-hosts.ts';

const secret = 'canary-9b1f4d7a';
const soon = () => AbortSignal.timeout(10_000);
const Ok = z.object({ ok: z.boolean() });

let seen: IncomingMessage[] = [];
let respond = (response: ServerResponse): void => void response.end();
let port: number;
const server = createServer((request, response) => {
  seen.push(request);
  response.setHeader('Content-Type', 'application/json');
  respond(response);
});
const json = (body: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(body));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function client(settings: Partial<HttpSettings> = {}) {
  seen = [];
  return httpClient({
    ...{ name: 'crm', baseUrl: `http://127.0.0.1:${port}/api/`, allowHosts: ['127.0.0.1'], deadline: 5_000 },
    ...{ now: Date.now, ...settings },
  });
}
const get = (path: readonly string[] = ['Users']) => ({ method: 'GET', path, schema: Ok, signal: soon() }) as const;

async function failure<Body>(http: ReturnType<typeof client>, request: HttpRequest<Body>): Promise<ConnectorError> {
  const error = await http.send(request).then(
    () => expect.unreachable('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  const shown = [error.message, error.remedy, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  expect(shown).not.toContain(secret);
  return error;
}

const ended = (): void => undefined;

describe('http client', () => {
  it('sends credentials, headers and encoded paths, and checks the answer', async () => {
    respond = json({ ok: true, more: 1 });
    const bearer = client({ auth: { type: 'bearer', token: secret }, headers: { Accept: 'application/scim+json' } });
    const path = ['Users', 'a/b c?d#é'];
    const answer = await bearer.send({ ...get(path), query: { filter: 'userName eq "a+b & c"', count: 5 } });
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(seen[0]?.url).toBe('/api/Users/a%2Fb%20c%3Fd%23%C3%A9?filter=userName%20eq%20%22a%2Bb%20%26%20c%22&count=5');
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${secret}`, accept: 'application/scim+json' });
    const basic = client({ auth: { type: 'basic', username: 'rollcall', password: 'schön' } });
    await basic.send(get());
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('rollcall:schön').toString('base64')}`);
  });

  it('waits for the turn of a request, sends nothing where it is far off, and says when', async () => {
    const waits = [0, 40, 0, 60_000];
    const asked: string[] = [];
    const http = client({
      turn(kind) {
        asked.push(kind);
        return waits.shift() || ended;
      },
    });
    respond = json({ ok: true });
    await http.send(get());
    await http.send(get());
    expect([seen.length, asked]).toEqual([2, ['reads', 'reads', 'reads']]);
    const refused = await failure(http, { ...get(), method: 'POST' });
    expect(refused).toMatchObject({ kind: 'throttled', effect: 'none', retryAfter: 60_000 });
    expect([seen.length, asked.at(-1)]).toEqual([2, 'writes']);
    // Whoever comes next has a turn of their own.
    await http.send(get());
    expect(seen).toHaveLength(3);
    http.close();
  });

  it('lets a page of a list wait for as long as it may, and nobody else behind it', async () => {
    const left = { reads: [60, 60, 0, 0], writes: [0] };
    const http = client({ deadline: 100, turn: (kind) => left[kind].shift() || ended });
    respond = json({ ok: true });
    const list = http.send({ ...get(), patient: true });
    await http.send({ ...get(), method: 'POST' });
    expect(seen.map(({ method }) => method)).toEqual(['POST']);
    await list;
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
    const never = client({ deadline: 100, turn: () => 60_000 });
    const over = await failure(never, { ...get(), patient: true, signal: AbortSignal.timeout(20) });
    expect(over).toMatchObject({ kind: 'throttled', effect: 'none', retryAfter: 60_000 });
    expect(seen).toEqual([]);
  });

  it('gives its turn back once, when the answer is there or nothing comes of it', async () => {
    let under = 0;
    const turn = () => {
      under += 1;
      return () => {
        under -= 1;
      };
    };
    respond = (response) => {
      expect(under).toBe(1);
      json({ ok: true })(response);
    };
    await client({ turn }).send(get());
    expect(under).toBe(0);
    respond = (response) => void response.destroy();
    await failure(client({ turn }), get());
    await failure(client({ turn, baseUrl: 'http://127.0.0.1:1/' }), get());
    await failure(client({ turn }), get(['..']));
    expect(under).toBe(0);
  });

  it('takes a turn for a token the app itself gives out, and none for one of another address', async () => {
    const auth = (path: string): Auth => ({
      ...{ type: 'client-credentials', tokenUrl: `http://${path}/token`, clientAuth: 'body' },
      ...{ clientId: 'rollcall', clientSecret: secret },
    });
    respond = json({ ok: true, access_token: 'a-token-of-ours', expires_in: 3_600 });
    for (const [host, turns] of [
      [`127.0.0.1:${port}`, 2],
      [`localhost:${port}`, 1],
    ] as const) {
      let taken = 0;
      const turn = () => {
        taken += 1;
        return ended;
      };
      const http = client({ auth: auth(host), allowHosts: ['127.0.0.1', 'localhost'], turn });
      await http.send(get());
      expect([seen.length, taken], host).toEqual([2, turns]);
      http.close();
    }
  });

  it('keeps its connections', async () => {
    respond = json({ ok: true });
    const http = client();
    for (let n = 0; n < 5; n += 1) await http.send(get());
    expect(new Set(seen.map(({ socket }) => socket.remotePort)).size).toBe(1);
    http.close();
  });

  it('refuses ids that would climb out of the base URL', async () => {
    for (const id of ['..', '.', '']) {
      const error = await failure(client(), { ...get(['Users', id]), method: 'DELETE' });
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    }
    expect(seen).toEqual([]);
  });

  it('follows no redirect and takes no other origin', async () => {
    respond = (response) => void response.writeHead(307, { Location: `http://127.0.0.1:${port}/elsewhere` }).end();
    const http = client({ auth: { type: 'bearer', token: secret } });
    const error = await failure(http, { ...get(), method: 'POST', json: { password: secret } });
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(seen).toHaveLength(1);
    respond = json({ ok: true });
    await http.send(get(['http://evil.test/']));
    expect(seen[1]?.url).toBe('/api/http%3A%2F%2Fevil.test%2F');
  });

  it('uses no proxy of the environment', async () => {
    respond = json({ ok: true });
    process.env.HTTP_PROXY = 'http://127.0.0.1:1';
    try {
      await client().send(get());
    } finally {
      delete process.env.HTTP_PROXY;
    }
    expect(seen).toHaveLength(1);
  });

  it('ends at its deadline and at the caller’s, whichever is first, even on a drip', async () => {
    let drip: NodeJS.Timeout | undefined;
    respond = (response) => {
      drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    };
    const hasty = await failure(client({ deadline: 150 }), { ...get(), method: 'POST' });
    expect(hasty).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    const called = await failure(client(), { ...get(), signal: AbortSignal.timeout(150) });
    expect(called).toMatchObject({ kind: 'unavailable', effect: 'none' });
    const over = await failure(client(), { ...get(), method: 'POST', signal: AbortSignal.abort(new Error(secret)) });
    expect(over).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(seen).toEqual([]);
  });

  it('names the field of an answer that is not as it should be, not its value', async () => {
    respond = json({ ok: secret });
    const error = await failure(client({ auth: { type: 'bearer', token: secret } }), get());
    expect(error.message).toContain('at ok: Invalid input: expected boolean');
  });

  it('calls nothing private unless it is named', async () => {
    for (const host of privateHosts) {
      for (const scheme of ['http', 'https']) {
        const http = client({ baseUrl: `${scheme}://${host}:${port}/api`, allowHosts: ['169.254.0.0/16'] });
        const error = await failure(http, get());
        expect(error, `${scheme} ${host}`).toMatchObject({ kind: 'rejected', effect: 'none' });
        expect(error.remedy).toContain('allowHosts');
      }
    }
    expect(seen).toEqual([]);
  });

  it('calls what is named, by name, address or network', async () => {
    respond = json({ ok: true });
    for (const [host, allowHosts] of [
      ['localhost', ['localhost']],
      ['127.1', ['127.0.0.0/8']],
      ['2130706433', ['127.0.0.1']],
    ] as const) {
      const http = client({ baseUrl: `http://${host}:${port}/api`, allowHosts });
      expect((await http.send(get())).body, host).toEqual({ ok: true });
    }
  });

  it('reads credentials and addresses strictly', () => {
    expect(BaseUrl.safeParse('https://crm.test/scim/v2').success).toBe(true);
    for (const url of [
      '',
      'crm',
      'ftp://x/',
      'https://u:p@x/',
      'https://x/?key=1',
      'https://x/#a',
      'javascript:alert(1)',
    ])
      expect(BaseUrl.safeParse(url).success, url).toBe(false);
    for (const token of ['', 'a b', 'a\r\nX-Y: z', 'schön'])
      expect(Auth.safeParse({ type: 'bearer', token }).success, token).toBe(false);
    expect(Auth.safeParse({ type: 'basic', username: 'a:b', password: 'c' }).success).toBe(false);
  });
});
