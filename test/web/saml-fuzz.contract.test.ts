import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSaml, posted, redirected, requestOf, type SamlWorld } from './saml-world.ts';

let world: SamlWorld;
beforeAll(async () => {
  world = await openSaml();
});
afterAll(() => world.stop());

type Sent = { method: string; path: string; headers: Record<string, string>; body: string };

/** As it stands: nothing of the path is put right on its way. */
const send = ({ method, path, headers, body }: Sent) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: world.port, method, path: `/saml${path}`, headers, agent: false };
    const going = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    going.on('error', reject);
    going.end(body);
  });

const hostile = '"><img src=x onerror=alert(1)>';
/** Nothing that ends a request line. */
const printable = fc.string({ unit: fc.constantFrom(...'abz019%./\\;:@&=+~[]{}|<>"\'`!^_-') });
const xml = fc.oneof(
  fc.constantFrom('', '<', '<x/>', '<!DOCTYPE x><x/>', hostile, `<x>${'<y>'.repeat(500)}`, '\uFEFF<x/>', '\u0000'),
  fc.string(),
  fc.tuple(fc.nat(600), fc.string({ minLength: 1, maxLength: 3 })).map(([place, text]) => {
    const whole = requestOf(Date.now());
    const at = place % whole.length;
    return whole.slice(0, at) + text + whole.slice(at + 1);
  }),
);
const fields = fc.dictionary(
  fc.constantFrom('SAMLRequest', 'RelayState', 'SigAlg', 'Signature', 'email', '__proto__', 'constructor', hostile),
  fc.oneof(fc.string(), printable, fc.constant('x'.repeat(3_000))),
);
const written = fc.oneof(
  xml.map((text) => redirected(text)),
  xml.map((text) => new URLSearchParams(posted(text)).toString()),
  fields.map((all) => new URLSearchParams(all).toString()),
  printable,
);
const paths = fc.oneof(
  fc.constantFrom('/sso', '/metadata', '/go/x', '/wait/x', '/wait/x/who', '/sso/', '', '/', '/wait/%00', '/go/%ff'),
  fc.tuple(fc.constantFrom('/go/', '/wait/', '/'), printable).map((parts) => parts.join('')),
);
const headers = fc.record(
  {
    Origin: fc.constantFrom('null', 'https://evil.test', 'https://rollcall.acme.test', 'x'),
    'Sec-Fetch-Site': fc.constantFrom('same-origin', 'cross-site', 'x'),
    'Content-Type': fc.constantFrom(
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded; charset=utf-16',
      'application/x-www-form-urlencoded; charset=iso-8859-1',
      'application/json',
      'multipart/form-data; boundary=x',
      ';;',
    ),
    'Content-Encoding': fc.constantFrom('gzip', 'br', 'deflate', 'identity', 'x'),
    Cookie: fc.oneof(printable, fc.constantFrom('rollcall_saml_=x', '=', ';;;', '__proto__=x')),
    'User-Agent': printable,
    'X-Forwarded-For': fc.oneof(printable, fc.constantFrom('203.0.113.7', ',,,')),
  },
  { requiredKeys: [] },
);
const requests: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'),
  path: fc.tuple(paths, fc.option(written)).map(([path, query]) => (query === null ? path : `${path}?${query}`)),
  headers,
  body: fc.oneof(fc.constant(''), written),
});

describe('whatever is sent to the pages of signing on', () => {
  it('is answered, without a fault of ours, without anything of it unescaped, and signs nobody on', async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(requests, async (sent) => {
        // Each of an address of its own: this is not about turns.
        const from = { 'X-Forwarded-For': `10.0.${asked >> 8}.${asked++ & 255}`, ...sent.headers };
        const { status, text } = await send({ ...sent, headers: from });
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
        expect(text).not.toMatch(/<img|SAMLResponse/);
      }),
      { numRuns: 300 },
    );
    expect(world.lines).toEqual([]);
    expect(await world.numbers()).toEqual([]);
  });
});
