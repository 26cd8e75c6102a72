import type { LookupAddress } from 'node:dns';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documents } from '../../connectors/_document.ts';
import type { HttpSettings } from '../../connectors/_http.ts';
import { ConnectorError } from '../../src/core/connector.ts';
import { privateHosts } from '../fakes/private-hosts.ts';

let seen: IncomingMessage[] = [];
let respond: (response: ServerResponse) => void;
let port: number;
const server = createServer((request, response) => {
  seen.push(request);
  respond(response);
});
const text =
  (body: string | Buffer, type = 'application/xml') =>
  (response: ServerResponse) =>
    void response.setHeader('Content-Type', type).end(body);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  seen = [];
  respond = text('<EntityDescriptor/>');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** As everywhere. */
const reader = documents({ now: Date.now });
/** With this machine named. */
const near = (change: { deadline?: number } = {}) => documents({ now: Date.now, allowHosts: ['127.0.0.1'], ...change });
const here = (path = '/metadata') => `http://127.0.0.1:${port}${path}`;

async function failure(reading: Promise<string>): Promise<ConnectorError> {
  const error = await reading.then(
    () => expect.unreachable('it was read'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  return error;
}

describe('a document', () => {
  it('is read as the text it is, at the very address', async () => {
    const xml = '<?xml version="1.0"?>\n<EntityDescriptor name="Żółw"/>\n';
    respond = text(xml, 'text/html');
    for (const path of ['/metadata', '/metadata/', '/sp?id=a%20b&id=c', '/a/%2F/b', '/'])
      expect(await near().read(here(path))).toBe(xml);
    expect(seen.map(({ url }) => url)).toEqual(['/metadata', '/metadata/', '/sp?id=a%20b&id=c', '/a/%2F/b', '/']);
    expect(seen.every(({ headers, method }) => method === 'GET' && headers.authorization === undefined)).toBe(true);
    expect(seen[0]?.headers.accept).toContain('application/samlmetadata+xml');
  });

  it('may be JSON, or nothing', async () => {
    respond = text('{"a":1}', 'application/json');
    expect(await near().read(here())).toBe('{"a":1}');
    respond = text('');
    expect(await near().read(here())).toBe('');
  });

  it('is not read at a private address, however that is written, nor in clear', async () => {
    for (const host of [...privateHosts, '169.254.169.254'])
      for (const scheme of ['http', 'https']) {
        const error = await failure(reader.read(`${scheme}://${host}:${port}/metadata`));
        expect(error, `${scheme} ${host}`).toMatchObject({ kind: 'rejected', effect: 'none' });
        expect(error.remedy).toContain('save the text to a file');
      }
    expect(await failure(reader.read('http://1.1.1.1/metadata'))).toMatchObject({ kind: 'rejected' });
    expect(seen).toEqual([]);
  });

  it('is not read where a name has a private address, at once, beside a public one or later', async () => {
    type Answer = (error: null, addresses: LookupAddress[]) => void;
    const asked: string[] = [];
    const resolver = (addresses: readonly string[]) =>
      ((host: string, _options: unknown, done: Answer) => {
        asked.push(host);
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      }) as unknown as NonNullable<HttpSettings['resolve']>;
    for (const addresses of [['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['127.0.0.1', '1.1.1.1']]) {
      const rebound = documents({ now: Date.now, resolve: resolver(addresses) });
      const error = await failure(rebound.read(`https://sp.example:${port}/metadata`));
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message).toContain('sp.example is at a private address');
    }
    expect(asked).toEqual(['sp.example', 'sp.example', 'sp.example']);
    expect(seen).toEqual([]);
  });

  it('is not looked for elsewhere', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      respond = (response) => void response.writeHead(status, { Location: here('/elsewhere') }).end();
      expect(await failure(near().read(here())), String(status)).toMatchObject({ kind: 'rejected', effect: 'none' });
    }
    expect(seen.every(({ url }) => url === '/metadata')).toBe(true);
  });

  it('is a megabyte at most, packed or not', async () => {
    const { gzipSync } = await import('node:zlib');
    const most = 'a'.repeat(1024 * 1024);
    respond = text(most);
    expect(await near().read(here())).toHaveLength(most.length);
    respond = text(`${most}b`);
    expect((await failure(near().read(here()))).message).toContain('a larger answer than Rollcall takes');
    const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    respond = (response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packed);
    expect((await failure(near().read(here()))).message).toContain('a larger answer than Rollcall takes');
  });

  it('comes in time, or not', async () => {
    respond = (response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    };
    expect(await failure(near({ deadline: 150 }).read(here()))).toMatchObject({ kind: 'unavailable', effect: 'none' });
    respond = () => {};
    expect(await failure(near({ deadline: 150 }).read(here()))).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('is no web page, and no refusal', async () => {
    respond = text(' <!DOCTYPE html><html><body>Sign in</body></html>', 'application/xml');
    expect((await failure(near().read(here()))).message).toContain('a web page instead of data');
    for (const [status, kind] of [
      [401, 'auth'],
      [404, 'missing'],
      [500, 'unavailable'],
    ] as const) {
      respond = (response) => void response.writeHead(status).end('<no/>');
      expect(await failure(near().read(here())), String(status)).toMatchObject({ kind, effect: 'none' });
    }
  });

  it.each([
    '',
    'metadata',
    'ftp://sp.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://me:you@sp.example/',
  ])('is not read at %j, which is no address', async (address) => {
    const error = await failure(reader.read(address));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(`${error.message} ${error.remedy}`).not.toContain('me:you');
  });
});
