import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Auth, BaseUrl, type HttpRequest, type HttpSettings, httpClient } from '../../connectors/_http.ts';
import { ConnectorError } from '../../src/core/connector.ts';

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
    const hosts = [
      '127.0.0.1',
      '2130706433',
      '0177.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      '10.255.255.1',
      '0',
    ];
    for (const host of hosts) {
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
