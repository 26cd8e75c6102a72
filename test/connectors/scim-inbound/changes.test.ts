import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimInboundConfig } from '../../../connectors/scim-inbound/config.ts';
import { scimInboundDirectory } from '../../../connectors/scim-inbound/directory.ts';
import { fieldsOf } from '../../../src/core/connection-form.ts';
import type { RawRecord } from '../../../src/core/connector.ts';
import { ScimError } from '../../../src/core/scim/error.ts';
import type { Json } from '../../../src/core/scim/json.ts';
import { createPushBell } from '../../../src/engine/inbound/push-bell.ts';
import { pushedResources } from '../../../src/engine/inbound/resources.ts';
import { pushedSources } from '../../../src/engine/inbound/source.ts';
import { memoryStore } from '../../../src/store/memory.ts';
import { readAll } from '../../contracts/reading.ts';
import { countingRandom } from '../../engine/company.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const minute = 60_000;

function startHr(config: object = {}) {
  const time = { now: 1_800_000_000_000 };
  const store = memoryStore();
  const pushBell = createPushBell();
  const clock = { now: () => time.now } as Parameters<typeof pushedResources>[0]['clock'];
  const random = countingRandom();
  const people = pushedResources({ store, clock, random, directory: 'hr', base: '', ring: () => pushBell.ring('hr') });
  const directory = scimInboundDirectory(ScimInboundConfig.parse(config), {
    ...{ name: 'hr', allowHosts: [], deadline: 1_000, now: () => time.now },
    pushed: () => pushedSources({ store, pushBell })('hr'),
  });
  const push = async (userName: string, more: { [name: string]: Json } = {}): Promise<string> =>
    String((await people.create('User', { userName, ...more })).resource.id);
  const pushGroup = async (displayName: string, members: string[]): Promise<string> =>
    String((await people.create('Group', { displayName, members: members.map((value) => ({ value })) })).resource.id);
  const patch = (kind: 'User' | 'Group', id: string, ...Operations: Json[]) =>
    people.patch(kind, id, { Operations }, null);
  return { time, store, people, directory, push, pushGroup, patch };
}

describe('its config', () => {
  it('fits a form', () => {
    const fields = fieldsOf(ScimInboundConfig, {}).map(({ path, kind }) => `${path} ${kind}`);
    expect(fields).toEqual(['attributes pairs', 'fullReadHours number']);
  });
});

describe('what was pushed, as people', () => {
  const readOne = async (body: { [name: string]: Json }, config: object = {}) => {
    const hr = startHr(config);
    await hr.push('zoe@acme.test', body);
    const { records } = await readAll(hr.directory);
    return records[0];
  };

  it('has canonical names', async () => {
    const record = await readOne({
      ...{
        externalId: 'X-1',
        displayName: 'Zoë',
        title: 'CEO',
        active: true,
        timezone: 'Europe/Berlin',
        roles: ['staff'],
      },
      name: { givenName: 'Zoë', familyName: 'Smith' },
      emails: [
        { value: 'z@home.test', type: 'home' },
        { value: 'z@acme.test', type: 'work' },
      ],
      phoneNumbers: [
        { value: '+1 fax', type: 'fax' },
        { value: '+1 mobile', type: 'mobile' },
      ],
      addresses: [{ type: 'work', locality: 'Berlin', country: 'DE' }],
      [enterprise]: {
        employeeNumber: '7',
        department: 'Sales',
        organization: 'Acme',
        costCenter: '4',
        manager: 'bea@acme.test',
      },
      'urn:acme:2.0:User': { badge: 17, StartDate: '2026-12-01', floors: ['1', '2'] },
    });
    expect(record?.attributes).toEqual({
      ...{ userName: 'zoe@acme.test', externalId: 'X-1', displayName: 'Zoë', title: 'CEO', timezone: 'Europe/Berlin' },
      ...{ givenName: 'Zoë', familyName: 'Smith', email: 'z@acme.test', phone: '+1 mobile', location: 'Berlin' },
      ...{ country: 'DE', employeeId: '7', department: 'Sales', company: 'Acme', costCenter: '4', roles: ['staff'] },
      ...{ manager: 'bea@acme.test', badge: 17, startDate: '2026-12-01', floors: ['1', '2'] },
    });
  });

  it('is filled from elsewhere where the config says so', async () => {
    const attributes = { department: 'userType', badge: 'urn:acme:2.0:User:BadgeNo', familyName: 'name.formatted' };
    const body = { userType: 'Contractor', name: { formatted: 'Z. S.' }, 'urn:acme:2.0:User': { badgeno: '9' } };
    const record = await readOne({ ...body, [enterprise]: { department: 'Sales' } }, { attributes });
    expect(record?.attributes).toMatchObject({ department: 'Contractor', badge: '9', familyName: 'Z. S.' });
  });

  it('names a manager by the address of whoever was pushed under that id', async () => {
    const hr = startHr();
    const bea = await hr.push('bea@acme.test');
    await hr.push('zoe@acme.test', { [enterprise]: { manager: { value: bea } } });
    await hr.push('eve@acme.test', { [enterprise]: { manager: { value: 'unknown' } } });
    const { records } = await readAll(hr.directory);
    expect(records.map(({ attributes }) => attributes.manager)).toEqual([undefined, 'bea@acme.test', undefined]);
  });
});

describe('what changed', () => {
  it('is told alone, once everybody was read', async () => {
    const hr = startHr();
    const [zoe, bob, eve] = [
      await hr.push('zoe@acme.test'),
      await hr.push('bob@acme.test'),
      await hr.push('eve@acme.test'),
    ];
    const staff = await hr.pushGroup('Staff', [bob]);
    hr.time.now += 10 * minute;
    const first = await readAll(hr.directory);
    expect(first.end).toMatchObject({ kind: 'full', complete: true, rows: 3 });
    const cursor = first.end.cursor;
    hr.time.now += 10 * minute;
    const none = await readAll(hr.directory, cursor);
    expect(none).toMatchObject({ records: [], end: { kind: 'delta', complete: true, rows: 0 } });

    await hr.patch('User', zoe, { op: 'replace', path: 'active', value: false });
    const one = await readAll(hr.directory, none.end.cursor);
    expect(one.records).toMatchObject([{ externalId: zoe, status: 'suspended' }]);

    hr.time.now += 10 * minute;
    await hr.patch('Group', staff, { op: 'replace', path: 'members', value: [{ value: eve }] });
    const moved = await readAll(hr.directory, one.end.cursor);
    const groupsOf = ({ records }: { records: readonly RawRecord[] }) =>
      Object.fromEntries(records.map(({ externalId, attributes }) => [externalId, attributes.memberOf]));
    expect(groupsOf(moved)).toEqual({ [bob]: undefined, [eve]: ['Staff'] });

    hr.time.now += 10 * minute;
    await hr.patch('Group', staff, { op: 'replace', path: 'displayName', value: 'Crew' });
    const renamed = await readAll(hr.directory, moved.end.cursor);
    expect(groupsOf(renamed)).toEqual({ [eve]: ['Crew'] });

    hr.time.now += 10 * minute;
    await hr.people.remove('Group', staff, null);
    await hr.people.remove('User', bob, null);
    const gone = await readAll(hr.directory, renamed.end.cursor);
    expect(groupsOf(gone)).toEqual({ [eve]: undefined });
    expect(gone.pages.flatMap((page) => page.gone)).toEqual([bob]);
  });

  it('is told again for two minutes, for what was being kept while it was read', async () => {
    const hr = startHr();
    await hr.push('zoe@acme.test');
    const { cursor } = (await readAll(hr.directory)).end;
    hr.time.now += minute;
    expect((await readAll(hr.directory, cursor)).records).toHaveLength(1);
  });

  it('is not told apart a day later, nor by a cursor of somebody else', async () => {
    const hr = startHr();
    await hr.push('zoe@acme.test');
    const { cursor } = (await readAll(hr.directory)).end;
    for (const other of ['', 'x', '{}', '{"full":"x","read":1}'])
      expect((await readAll(hr.directory, other)).end.kind).toBe('full');
    hr.time.now += 25 * 60 * minute;
    expect((await readAll(hr.directory, cursor)).end.kind).toBe('full');
  });

  it('comes to the same as reading everybody, whatever is pushed', async () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const place = fc.nat(5);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('user' as const), name: word }),
      fc.record({ kind: fc.constant('group' as const), name: word, members: fc.array(place, { maxLength: 4 }) }),
      fc.record({ kind: fc.constant('change' as const), at: place, title: word, active: fc.boolean() }),
      fc.record({ kind: fc.constant('join' as const), at: place, group: place, op: fc.constantFrom('add', 'remove') }),
      fc.record({ kind: fc.constant('rename' as const), group: place, name: word }),
      fc.record({ kind: fc.constant('leave' as const), at: place }),
      fc.record({ kind: fc.constant('disband' as const), group: place }),
      fc.record({ kind: fc.constant('read' as const), minutes: fc.nat(30) }),
    );
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const hr = startHr();
        const [users, groups]: [string[], string[]] = [[await hr.push('first')], []];
        const known = new Map<string, RawRecord>();
        let cursor: string | null = null;
        const read = async () => {
          const { pages, end } = await readAll(hr.directory, cursor);
          cursor = end.cursor;
          for (const page of pages) {
            for (const record of page.records) known.set(record.externalId, record);
            for (const id of page.gone) known.delete(id);
          }
        };
        const take = async (one: Step): Promise<unknown> => {
          const userAt = (at: number) => users[at % users.length] ?? '';
          const groupAt = (at: number) => groups[at % Math.max(1, groups.length)] ?? '';
          switch (one.kind) {
            case 'user':
              return users.push(await hr.push(`${one.name}${users.length}`));
            case 'group':
              return groups.push(await hr.pushGroup(one.name, one.members.map(userAt)));
            case 'change':
              return hr.patch('User', userAt(one.at), {
                op: 'replace',
                value: { title: one.title, active: one.active },
              });
            case 'join':
              return hr.patch('Group', groupAt(one.group), {
                op: one.op,
                path: 'members',
                value: [{ value: userAt(one.at) }],
              });
            case 'rename':
              return hr.patch('Group', groupAt(one.group), { op: 'replace', path: 'displayName', value: one.name });
            case 'leave':
              return hr.people.remove('User', userAt(one.at), null);
            case 'disband':
              return hr.people.remove('Group', groupAt(one.group), null);
            default:
              hr.time.now += one.minutes * minute;
              return read();
          }
        };
        for (const one of steps) {
          hr.time.now += 1_000;
          await take(one).catch((error: unknown) => {
            if (!(error instanceof ScimError)) throw error;
          });
        }
        await read();
        const byId = (records: Iterable<RawRecord>) =>
          [...records].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
        expect(byId(known.values())).toEqual(byId((await readAll(hr.directory)).records));
      }),
      { numRuns: 300 },
    );
  });
});
