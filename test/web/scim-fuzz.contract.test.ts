import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../src/engine/ports.ts';
import { silent } from '../engine/company.ts';
import { patchOf, type ScimWorld, startScim, urn } from './scim-world.ts';

/** Requests that go wrong in every way a client, a bug or an attacker brings about; the same ones in every run. */
const seed = 20_261_130;
const count = 6_000;

let world: ScimWorld;
const errors: string[] = [];
const log: Log = { ...silent, error: (_fields, message) => void errors.push(message) };
let ids: { user: string; group: string };

beforeAll(async () => {
  world = await startScim(['okta'], { log });
  const user = await world.call('POST', '/okta/Users', { body: { userName: 'zoe@acme.test', active: true } });
  const members = [{ value: user.body.id }];
  const group = await world.call('POST', '/okta/Groups', { body: { displayName: 'Staff', members } });
  ids = { user: user.body.id, group: group.body.id };
});
afterAll(() => world.stop());

type Sent = { method: string; path: string; body: string | null; headers: Record<string, string> };

const names = [
  ...[
    'userName',
    'displayName',
    'name',
    'emails',
    'members',
    'groups',
    'id',
    'meta',
    'schemas',
    'active',
    'externalId',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'constructor.prototype',
    '__proto__.polluted',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    'Operations',
    'op',
    'path',
    'value',
    'type',
    'primary',
    urn.enterprise,
    `${urn.enterprise}:manager`,
    'urn:x:y',
    'urn:',
  ],
  ...['emails[type eq "work"].value', 'emails[', 'members[value eq "x"]', '$ref', '$where', '$gt', 'a.b', '', '\u0000'],
];
const word = fc.constantFrom(...names);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.oneof(word, fc.string({ unit: 'binary', maxLength: 12 }), fc.boolean(), fc.constant(null), fc.double()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const step = fc.record(
  { op: fc.oneof(fc.constantFrom('add', 'Replace', 'REMOVE'), json), path: fc.oneof(word, json), value: json },
  { requiredKeys: [] },
);
const body = fc.oneof(
  { weight: 4, arbitrary: fc.array(step, { maxLength: 4 }).map((steps) => JSON.stringify(patchOf(...steps))) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.oneof(json, fc.constant({})), fc.nat(1_000_000))
      .map(([more, n]) =>
        JSON.stringify({ ...(typeof more === 'object' ? more : {}), userName: `x${n}`, displayName: `x${n}` }),
      ),
  },
  { weight: 2, arbitrary: json.map((value) => JSON.stringify(value) ?? '') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['', '{', '[]', 'null', '{"userName":"x","__proto__":{"polluted":true}}', '{"userName":"y","__proto__":null}'],
      ...[
        '{"constructor":{"prototype":{"polluted":true}}}',
        '"\\ud800"',
        `${'['.repeat(3_000)}`,
        '{"userName":"\\ud83d"}',
      ],
      ...[
        '{"Operations":[{"op":"add","path":"__proto__.polluted","value":true}]}',
        '\u0000',
        '{"schemas":7,"userName":"z"}',
      ],
      ...['{"Operations":[{"op":"add","value":{"__proto__.polluted":true}}]}', '{"Operations":{"length":1}}'],
    ),
  },
);
const filterPieces = fc.constantFrom(
  ...[
    ...names,
    'eq',
    'ne',
    'co',
    'pr',
    'gt',
    'and',
    'or',
    'not',
    '(',
    ')',
    '[',
    ']',
    '"x"',
    '"',
    'true',
    'null',
    '1',
    '-',
    '.',
  ],
);
const filter = fc.oneof(
  fc.array(filterPieces, { maxLength: 8 }).map((pieces) => pieces.join(' ')),
  fc
    .tuple(word, fc.constantFrom('eq', 'co', 'gt', 'pr'), json)
    .map(([name, op, value]) => `${name} ${op} ${JSON.stringify(value)}`),
);
const query = fc
  .dictionary(
    fc.constantFrom(
      'filter',
      'startIndex',
      'count',
      'attributes',
      'excludedAttributes',
      'sortBy',
      'cursor',
      'filter[x]',
    ),
    fc.oneof(filter, word, fc.integer().map(String)),
    { maxKeys: 3, noNullPrototype: true },
  )
  .map((given) => new URLSearchParams(given).toString());
const place = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('Users', 'Groups', 'Users/USER', 'Groups/GROUP', 'Users/.search', 'Groups/USER'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '',
        'Me',
        'Bulk',
        'Schemas',
        'ResourceTypes',
        'ServiceProviderConfig',
        'Users/',
        'Users//USER',
        'Users/USER/x',
      ],
      ...[
        'Users/__proto__',
        '__proto__',
        'constructor',
        'Users/%00',
        'Users/%zz',
        '%2e%2e/Users',
        'Users/..%2f',
        'users',
      ],
    ),
  },
);
const sent: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  path: fc
    .tuple(fc.constantFrom('/okta/', '/okta/', '/', '/x/', '/%E0%A4/'), place, query)
    .map(([directory, path, asked]) => `/scim/v2${directory}${path}${asked === '' ? '' : `?${asked}`}`),
  body: fc.option(body, { freq: 5, nil: null }),
  headers: fc.record(
    {
      'content-type': fc.constantFrom(
        'application/scim+json',
        'text/plain',
        'application/x-www-form-urlencoded',
        'x',
        'a/b; charset=utf-16',
      ),
      'if-match': fc.constantFrom('*', '""', 'W/"1"', 'W/"', ',,,', 'x'),
      'if-none-match': fc.constantFrom('*', 'W/"1"', 'x'),
      'content-encoding': fc.constantFrom('identity', 'identity', 'identity', 'gzip', 'x'),
    },
    { requiredKeys: [] },
  ),
});

function send({ method, path, body: text, headers }: Sent): Promise<{ status: number; type: string; text: string }> {
  const address = path.replaceAll('USER', ids.user).replaceAll('GROUP', ids.group);
  const authorization = `Bearer ${world.tokens.get('okta')}`;
  // Node would send the body of a DELETE without its length: as the beginning of another request.
  const length = text === null ? {} : { 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const call = request(
      `${world.origin}/`,
      { method, path: address, headers: { ...headers, ...length, authorization } },
      (answer) => {
        let told = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          told += chunk;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text: told }),
        );
      },
    );
    call.on('error', reject);
    call.end(text ?? undefined);
  });
}

/** Everything that is kept: documents are frozen, so that the same one is the same content. */
async function kept(): Promise<Map<string, unknown>> {
  const { pushed } = world.store;
  const shelves = (['User', 'Group'] as const).map((kind) => ({ directory: 'okta', kind }));
  const pages = await Promise.all(
    shelves.flatMap((shelf) => [pushed.list(shelf, null, 100_000), pushed.gone(shelf, null, 100_000)]),
  );
  return new Map(pages.flat().map((one) => [one.id, one]));
}

describe('hostile requests', () => {
  it('are answered as SCIM has it, change nothing where they are refused, and never the language', async () => {
    const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype].map((one) => ({
      one,
      names: Object.getOwnPropertyNames(one).join(),
    }));
    const statuses = new Map<number, number>();
    let before = await kept();
    for (const one of fc.sample(sent, { numRuns: count, seed })) {
      const answer = await send(one);
      const what = `${JSON.stringify(one).slice(0, 600)} → ${answer.status} ${answer.text.slice(0, 300)}`;
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.status >= 500 && answer.status !== 501) expect.unreachable(what);
      const after = await kept();
      if (answer.status >= 400) {
        expect(after.size, what).toBe(before.size);
        for (const [id, document] of after)
          if (before.get(id) !== document) expect.unreachable(`${what}: ${id} was changed`);
        if (one.method !== 'HEAD') {
          expect(answer.type, what).toMatch(/^application\/scim\+json/);
          expect(JSON.parse(answer.text), what).toMatchObject({
            status: String(answer.status),
            detail: expect.any(String),
          });
        }
      }
      before = after;
      // Whoever was deleted comes again, so that there is somebody to be asked about.
      if (one.method === 'DELETE' && answer.status === 204) {
        if (!isThere(before, ids.user))
          ids.user = await made('Users', { userName: `zoe-${statuses.get(204)}@acme.test` });
        if (!isThere(before, ids.group))
          ids.group = await made('Groups', { displayName: 'Staff', members: [{ value: ids.user }] });
        before = await kept();
      }
    }
    for (const { one, names: known } of prototypes) expect(Object.getOwnPropertyNames(one).join()).toBe(known);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(errors).toEqual([]);
    // It is worth something only where much was taken and much refused.
    for (const status of [200, 201, 204, 400, 401, 404, 405, 412, 501])
      expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(5);
  });
});

const isThere = (all: ReadonlyMap<string, unknown>, id: string): boolean =>
  (all.get(id) as { goneAt: number | null } | undefined)?.goneAt === null;

const made = async (endpoint: string, given: object): Promise<string> =>
  (await world.call('POST', `/okta/${endpoint}`, { body: given })).body.id;
