import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { directory as connector } from '../../../connectors/active-directory/index.ts';
import { ConnectorError } from '../../../src/core/connector.ts';
import { readAll } from '../../contracts/reading.ts';
import {
  type LdapAnswer,
  type LdapEntry,
  type LdapSearch,
  type LdapServer,
  startLdapServer,
} from '../../fakes/ldap-server.ts';

/** What Windows does and the domain controller of the other tests does not: limits, refusals and breakdowns. */

const domain = 'DC=fake,DC=test';
const password = randomUUID();
const settings = `CN=NTDS Settings,CN=DC1,${domain}`;
const guid = (n: number) => Buffer.from(String(n).padStart(32, '0'), 'hex');
const idOf = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;

const person = (n: number, more: LdapEntry['values'] = {}): LdapEntry => ({
  dn: `CN=P${n},${domain}`,
  values: { objectGUID: guid(n), userAccountControl: '512', mail: `p${n}@acme.test`, ...more },
});
const group = (n: number): LdapEntry => ({
  dn: `CN=G${n},${domain}`,
  values: { objectGUID: guid(1000 + n), sAMAccountName: `g${n}` },
});

type Fake = {
  people: LdapEntry[];
  groups: LdapEntry[];
  invocation: string;
  usn: number;
  dirSync: boolean;
  /** Since the last read; null: they may not be seen. */
  tombstones: LdapEntry[] | null;
  /** Of long ago. */
  buried: LdapEntry[];
  /** Comes before everything else. */
  first: (search: LdapSearch) => LdapAnswer | null;
};

const isOfPeople = ({ filter }: LdapSearch) => /samaccounttype/i.test(filter);
const isOfGroups = ({ filter }: LdapSearch) => /objectcategory=group/i.test(filter);

function answerOf(fake: Fake, search: LdapSearch): LdapAnswer {
  const special = fake.first(search);
  if (special !== null) return special;
  if (search.base === '')
    return {
      entries: [
        {
          dn: '',
          values: {
            ...{ defaultNamingContext: domain, dsServiceName: settings, highestCommittedUSN: String(fake.usn) },
            supportedControl: fake.dirSync ? ['1.2.840.113556.1.4.841'] : ['1.2.840.113556.1.4.319'],
          },
        },
      ],
    };
  if (search.controls.includes('1.2.840.113556.1.4.841')) return { code: 50, detail: 'insufficient rights' };
  if (search.base === settings) return { entries: [{ dn: settings, values: { invocationId: fake.invocation } }] };
  if (search.base.startsWith('CN=Deleted Objects'))
    return fake.tombstones === null
      ? { code: 32 }
      : { entries: /usnchanged/i.test(search.filter) ? fake.tombstones : fake.buried };
  if (/usnchanged/i.test(search.filter)) return {};
  return { entries: isOfPeople(search) ? fake.people : isOfGroups(search) ? fake.groups : [] };
}

let server: LdapServer | undefined;
afterEach(() => server?.stop());

async function open(part: Partial<Fake> = {}, config: Record<string, unknown> = {}) {
  const fake: Fake = {
    ...{ people: [1, 2, 3].map((n) => person(n)), groups: [], invocation: 'one', usn: 10, dirSync: true },
    ...{ tombstones: [], buried: [person(99)], first: () => null, ...part },
  };
  const running = await startLdapServer(password, (search) => answerOf(fake, search));
  server = running;
  const parsed = connector.config.parse({
    ...{ url: running.url, ca: running.ca, serverName: running.host, allowHosts: ['127.0.0.1'] },
    ...{ user: 'reader@fake.test', password, ...config },
  });
  const context = { name: 'ad', allowHosts: [], deadline: 5_000, now: Date.now };
  return { fake, directory: connector.connect(parsed, context), searches: running.searches };
}

async function failure(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => expect.unreachable('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  for (const text of [error.message, error.remedy, error.stack ?? '']) expect(text).not.toContain(password);
  return error;
}

/** The people, so many on a page at most, with pages in between that hold nobody. */
const inPages =
  (people: readonly LdapEntry[], size: number) =>
  (search: LdapSearch): LdapAnswer | null => {
    if (!isOfPeople(search)) return null;
    const at = Number(search.paged?.cookie || 0);
    if (at % 2 === 1) return { cookie: String(at + 1) };
    const start = (at / 2) * size;
    const more = start + size < people.length ? { cookie: String(at + 1) } : {};
    return { entries: people.slice(start, start + size), ...more };
  };

describe('limits of a domain controller', () => {
  it('goes on behind an empty page, for as long as the server says that there is more', async () => {
    const people = Array.from({ length: 10 }, (_, index) => person(index + 1));
    for (const size of [1, 3, 10]) {
      const { directory } = await open({ people, first: inPages(people, size) });
      const { records, end } = await readAll(directory);
      expect(records.map(({ externalId }) => externalId)).toEqual(people.map((_, index) => idOf(index + 1)));
      expect(end).toMatchObject({ kind: 'full', complete: true, rows: 10 });
      await server?.stop();
    }
  });

  it('asks for all values where the server gives them in ranges', async () => {
    const groups = [1, 2, 3, 4, 5].map(group);
    const names = groups.map(({ dn }) => dn);
    const { directory } = await open({
      groups,
      people: [person(1, { 'memberOf;range=0-1': names.slice(0, 2) })],
      first: ({ attributes }) => {
        const [, from] = /memberof;range=(\d+)-/i.exec(attributes.join()) ?? [];
        if (from === undefined) return null;
        const start = Number(from);
        const called = start + 2 >= names.length ? `memberOf;range=${start}-*` : `memberOf;range=${start}-${start + 1}`;
        return { entries: [{ dn: `CN=P1,${domain}`, values: { [called]: names.slice(start, start + 2) } }] };
      },
    });
    const { records } = await readAll(directory);
    expect(records[0]?.attributes.memberOf).toEqual(['g1', 'g2', 'g3', 'g4', 'g5']);
  });

  it('ends with a failure where ranges never end', async () => {
    const { directory } = await open({
      people: [person(1, { 'memberOf;range=0-1': ['CN=a', 'CN=b'] })],
      first: ({ attributes }) =>
        /;range=/.test(attributes.join())
          ? { entries: [{ dn: `CN=P1,${domain}`, values: { 'memberOf;range=0-1': ['CN=a', 'CN=b'] } }] }
          : null,
    });
    expect(await failure(readAll(directory))).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('counts changes by number where DirSync is refused, and reads all where deletions would not show', async () => {
    const { directory } = await open();
    expect((await readAll(directory)).end.cursor).toContain('"by":"usn"');
    await server?.stop();
    const blind = await open({ tombstones: null });
    expect((await readAll(blind.directory)).end).toMatchObject({ complete: true, cursor: null });
    await server?.stop();
    const unsure = await open({ buried: [] });
    expect((await readAll(unsure.directory)).end).toMatchObject({ complete: true, cursor: null });
  });

  it('believes numbers of the same database only', async () => {
    const { directory, fake } = await open();
    const { end } = await readAll(directory);
    fake.usn = 20;
    fake.tombstones = [
      { dn: 'CN=gone', values: { objectGUID: guid(3), isDeleted: 'TRUE', objectClass: ['top', 'user'] } },
    ];
    fake.people = [person(1), person(2)];
    const read = await readAll(directory, end.cursor);
    expect(read.pages.flatMap(({ gone }) => gone)).toContain(idOf(3));
    fake.tombstones = [];
    const quiet = await readAll(directory, end.cursor);
    expect(quiet.end).toMatchObject({ kind: 'delta', complete: true, rows: 0 });
    fake.invocation = 'another';
    expect((await readAll(directory, end.cursor)).end).toMatchObject({ kind: 'full', rows: 2 });
  });

  it('takes any cursor it does not know for none', async () => {
    const { directory } = await open();
    for (const cursor of ['', 'null', '{', '{"by":"usn"}', '{"by":"usn","invocation":"one","usn":"-1","full":0}'])
      expect((await readAll(directory, cursor)).end.kind, cursor).toBe('full');
  });

  const refusals: Record<string, [LdapAnswer, Partial<ConnectorError>]> = {
    'is busy': [{ code: 51, detail: 'busy' }, { kind: 'throttled' }],
    'is not available': [{ code: 52 }, { kind: 'unavailable' }],
    'gives no more than a part': [{ code: 4, entries: [person(1)] }, { kind: 'unavailable' }],
    'takes too long': [{ code: 3 }, { kind: 'unavailable' }],
    'reached a limit of its own': [{ code: 11 }, { kind: 'unavailable' }],
    'refers elsewhere': [{ code: 10, detail: 'ldap://other.test' }, { kind: 'rejected' }],
    'does not let the account': [{ code: 50 }, { kind: 'auth' }],
    'does not know the base': [{ code: 32 }, { kind: 'missing' }],
    'breaks off': [{ drop: true }, { kind: 'unavailable' }],
  };
  for (const [what, [answer, expected]] of Object.entries(refusals))
    it(`fails where the server ${what}, on the first page and on a later one`, async () => {
      const people = [1, 2, 3].map((n) => person(n));
      const { directory } = await open({ first: (search) => (isOfPeople(search) ? answer : null) });
      expect(await failure(readAll(directory))).toMatchObject({ ...expected, effect: 'none' });
      await server?.stop();
      const later = await open({
        first: (search) => (isOfPeople(search) && search.paged?.cookie ? answer : inPages(people, 1)(search)),
      });
      expect(await failure(readAll(later.directory))).toMatchObject({ ...expected, effect: 'none' });
    });

  it('does not wait for a server that says nothing', async () => {
    const { directory } = await open({ first: (search) => (isOfPeople(search) ? { silent: true } : null) });
    const error = await failure(readAll(directory, null, AbortSignal.timeout(500)));
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('leaves other domains alone', async () => {
    const people = [person(1)];
    const { directory } = await open({
      first: (search) => (isOfPeople(search) ? { entries: people, references: ['ldap://127.0.0.1:1/DC=other'] } : null),
    });
    expect((await readAll(directory)).records).toHaveLength(1);
  });

  it('names whoever it cannot read, and believes no absence where it cannot even tell who it is', async () => {
    const unreadable = { dn: `CN=X,${domain}`, values: { objectGUID: guid(7) } };
    const { directory } = await open({ people: [person(1), unreadable] });
    const { problems, end } = await readAll(directory);
    expect(problems).toMatchObject([{ place: `CN=X,${domain}`, externalId: idOf(7) }]);
    expect(end.complete).toBe(true);
    await server?.stop();
    const nameless = await open({
      people: [person(1), { dn: `CN=Y,${domain}`, values: { userAccountControl: '512' } }],
    });
    expect((await readAll(nameless.directory)).end).toMatchObject({
      complete: false,
      reason: expect.stringContaining('CN=Y'),
    });
  });
});

describe('connecting', () => {
  it('tells wrong credentials, foreign certificates and addresses that may not be called', async () => {
    const wrong = await open({}, { password: 'not the password' });
    expect(await failure(readAll(wrong.directory))).toMatchObject({ kind: 'auth', effect: 'none' });
    await server?.stop();
    const named = await open({}, { serverName: 'dc2.fake.test' });
    expect((await failure(readAll(named.directory))).message).toContain('certificate');
    await server?.stop();
    const publicOnly = await open({}, { ca: undefined });
    expect((await failure(readAll(publicOnly.directory))).message).toContain('certificate');
    await server?.stop();
    const closed = await open({}, { allowHosts: [] });
    const error = await failure(readAll(closed.directory));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.message).toContain('private address');
  });

  it('says nothing in clear where StartTLS is refused', async () => {
    let heard = '';
    const plain = createServer((socket) =>
      // Whatever it is asked: a refusal, as an extended result (RFC 4511 section 4.12).
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        socket.write(Buffer.from('300c02010178070a013404000400', 'hex').fill(data[4] ?? 1, 4, 5));
      }),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { directory } = await open({}, { url: `ldap://127.0.0.1:${(plain.address() as AddressInfo).port}` });
    expect(await failure(readAll(directory))).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(heard).toContain('1.3.6.1.4.1.1466.20037');
    expect(heard).not.toContain(password);
    await new Promise((resolve) => plain.close(resolve));
  });
});
