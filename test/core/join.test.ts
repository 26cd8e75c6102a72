import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Directory, type DirectoryConfig } from '../../src/core/config.ts';
import { applyRecords, joinKeys, mergeAttributes, statusOf, statusReason } from '../../src/core/join.ts';
import type { DirectoryRecord, Person } from '../../src/core/model.ts';
import * as any from './arbitraries.ts';
import { noon, record, robot } from './samples.ts';

const directory = (name: string, change: object = {}): DirectoryConfig =>
  Directory.parse({ name, connector: 'csv', ...change });
const directories = [directory('hr'), directory('ad'), directory('csv', { authoritative: false })];
const context = { directories, at: noon, actor: robot };
const authoritative = new Set(['hr', 'ad']);
const order = ['hr', 'ad', 'csv'];

function join(records: readonly DirectoryRecord[], before: Person | null = null): Person {
  const person = applyRecords(before, 'p-zoe', records, context);
  if (person === null) throw new Error('nothing changed');
  return person;
}

const types = (person: Person) => person.outbox.map((event) => event.type);

describe('join keys', () => {
  it('are normalised, one for each value, and only for what has one', () => {
    const attributes = { email: [' Zoe@ACME.test', 'z@acme.test'], employeeId: 1001, title: ' ' };
    expect(joinKeys({ attributes }, ['employeeId', 'email', 'title', 'phone'])).toEqual([
      'employeeId=1001',
      'email=zoe@acme.test',
      'email=z@acme.test',
    ]);
  });
});

it('people are found by their addresses, whatever a directory joins them by', () => {
  const byNumber = { ...context, directories: [directory('hr', { join: ['employeeId'] })] };
  expect(applyRecords(null, 'p-zoe', [record()], byNumber)?.keys).toEqual(['email=zoe@acme.test', 'employeeId=1001']);
});

describe('attributes', () => {
  it('come from the first directory that has a value', () => {
    const hr = record({ attributes: { title: ' ', department: 'Sales' } });
    const ad = record({ directory: 'ad', attributes: { title: 'Clerk', department: 'Ops', phone: '1' } });
    expect(mergeAttributes([ad, hr], order)).toEqual({ title: 'Clerk', department: 'Sales', phone: '1' });
  });

  it('come from the active record where one directory has several: an end date of long ago ends nothing', () => {
    const gone = record({ externalId: '0001', status: 'left', attributes: { title: 'Old', endDate: '2021-09-30' } });
    expect(mergeAttributes([gone, record({ attributes: { title: 'New' } })], order)).toEqual({ title: 'New' });
    expect(mergeAttributes([gone], order)).toEqual({ title: 'Old', endDate: '2021-09-30' });
  });

  it('of a directory that was taken out of the configuration come last', () => {
    const old = record({ directory: 'old', attributes: { title: 'Old', phone: '2' } });
    expect(mergeAttributes([old, record({ attributes: { title: 'New' } })], order)).toEqual({
      title: 'New',
      phone: '2',
    });
  });
});

describe('status', () => {
  const left = record({ status: 'left', said: 'absent' });

  it.each<[string, DirectoryRecord[], ReturnType<typeof statusOf>]>([
    ['active everywhere', [record(), record({ directory: 'ad' })], { status: 'active', said: 'explicit' }],
    [
      'suspended in one',
      [record(), record({ directory: 'ad', status: 'suspended' })],
      { status: 'suspended', said: 'explicit' },
    ],
    [
      'left outweighs suspended',
      [left, record({ directory: 'ad', status: 'suspended' })],
      { status: 'left', said: 'absent' },
    ],
    [
      'explicit beats absent',
      [left, record({ directory: 'ad', status: 'left' })],
      { status: 'left', said: 'explicit' },
    ],
    [
      'a directory that is not authoritative counts for nothing',
      [record(), record({ directory: 'csv', status: 'left' })],
      { status: 'active', said: 'explicit' },
    ],
    [
      'known to such a directory only: its word is all there is',
      [record({ directory: 'csv', status: 'left' })],
      { status: 'left', said: 'explicit' },
    ],
    [
      're-issued id: absent under the old, active under the new',
      [left, record({ externalId: '2002' })],
      { status: 'active', said: 'explicit' },
    ],
    [
      'a rehire: terminated under one id, active under another of the same directory',
      [record({ status: 'left' }), record({ externalId: '2002' })],
      { status: 'active', said: 'explicit' },
    ],
    [
      'suspended under one id, active under another',
      [record({ status: 'suspended' }), record({ externalId: '2002' })],
      { status: 'suspended', said: 'explicit' },
    ],
    [
      'terminated in one directory, active in another',
      [record({ status: 'left' }), record({ directory: 'ad' })],
      { status: 'left', said: 'explicit' },
    ],
    ['no record at all', [], { status: 'left', said: 'absent' }],
  ])('%s', (_, records, expected) => {
    expect(statusOf(records, authoritative)).toEqual(expected);
  });

  it(
    'an explicit leave in any authoritative directory is overruled by nothing but a rehire in the same',
    () => {
      fc.assert(
        fc.property(any.records, (records) => {
          const isBack = (one: DirectoryRecord) =>
            one.status === 'left' &&
            records.some(({ directory, status }) => directory === one.directory && status === 'active');
          const leaving = records.some(
            (one) =>
              one.status !== 'active' && one.said === 'explicit' && authoritative.has(one.directory) && !isBack(one),
          );
          if (leaving) expect(statusOf(records, authoritative).status).not.toBe('active');
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'nobody leaves unless some record says so',
    () => {
      fc.assert(
        fc.property(any.records, (records) => {
          const { status } = statusOf(records, authoritative);
          if (status !== 'active' && records.length > 0)
            expect(records.some((one) => one.status === status)).toBe(true);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it('says who says so', () => {
    const person = {
      records: [record(), record({ directory: 'ad', status: 'suspended' })],
      status: 'suspended' as const,
    };
    expect(statusReason(person, directories)).toEqual({ kind: 'status', name: 'ad', because: 'suspended in ad' });
    const gone = { records: [left], status: 'left' as const };
    expect(statusReason(gone, directories).because).toBe('no longer in hr');
    expect(statusReason({ records: [], status: 'left' }, directories).because).toBe('in no directory any more');
  });
});

describe('a person', () => {
  it('joins', () => {
    const person = join([record()]);
    expect(person).toMatchObject({ id: 'p-zoe', version: 0, revision: 1, status: 'active', dirty: true, slack: null });
    expect(person.keys).toEqual(['email=zoe@acme.test', 'employeeId=1001']);
    expect(person.outbox).toMatchObject([{ id: 'p-zoe:1:joined', type: 'person.joined', person: 'p-zoe', at: noon }]);
  });

  it('who left before Rollcall came does not join', () => {
    expect(types(join([record({ status: 'left' })]))).toEqual(['person.left']);
  });

  it('changes, leaves and returns, each with a revision and an event', () => {
    const joined = join([record()]);
    const moved = join([record({ attributes: { ...record().attributes, department: 'Ops' } })], joined);
    expect(moved).toMatchObject({ version: 1, revision: 2, dirty: true });
    expect(moved.outbox.at(-1)).toMatchObject({ type: 'person.changed', message: 'changed: department' });
    const left = join([record({ status: 'left', said: 'absent' })], { ...moved, dirty: false, outbox: [] });
    expect(left).toMatchObject({ revision: 3, dirty: true, status: 'left', said: 'absent' });
    expect(types(left)).toEqual(['person.left', 'person.changed']);
    expect(types(join([record()], { ...left, outbox: [] }))).toEqual(['person.returned']);
  });

  it('whose leaving is now said aloud is planned again under the same revision', () => {
    const absent = { ...join([record({ status: 'left', said: 'absent' })]), dirty: false };
    const said = join([record({ status: 'left' })], absent);
    expect(said).toMatchObject({
      said: 'explicit',
      dirty: true,
      revision: absent.revision,
      version: absent.version + 1,
    });
  });

  it('keeps its revision when only an overruled attribute changes', () => {
    const two = [record(), record({ directory: 'ad', attributes: { title: 'Other' } })];
    const before = { ...join(two), dirty: false, outbox: [] };
    const after = join([record(), record({ directory: 'ad', attributes: { title: 'Another' } })], before);
    expect(after).toMatchObject({ version: 1, revision: 1, dirty: false, outbox: [] });
  });

  it('keeps its id, its Slack user and what it had not published', () => {
    const before = { ...join([record()]), slack: { team: 'T1', user: 'U1' } };
    const after = join([record({ status: 'suspended' })], before);
    expect(after).toMatchObject({ id: 'p-zoe', slack: { team: 'T1', user: 'U1' } });
    expect(types(after)).toEqual(['person.joined', 'person.suspended']);
  });

  it('follows a new order of directories even when no record changed', () => {
    const records = [record({ attributes: { title: 'A' } }), record({ directory: 'ad', attributes: { title: 'B' } })];
    const before = join(records);
    const turned = { ...context, directories: [...directories].reverse() };
    expect(applyRecords(before, 'p-zoe', records, turned)?.attributes).toEqual({ title: 'B' });
  });
});

describe('for all records', () => {
  it(
    'the same again changes nothing, in whatever order they come',
    () => {
      fc.assert(
        fc.property(any.records, (records) => {
          const person = join(records);
          expect(applyRecords(person, 'p-zoe', [...records].reverse(), context)).toBeNull();
          expect(applyRecords(null, 'p-zoe', [...records].reverse(), context)).toEqual(person);
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'the revision rises exactly with attributes or status, and events are unique',
    () => {
      fc.assert(
        fc.property(fc.array(any.records, { minLength: 1, maxLength: 4 }), (history) => {
          let person: Person | null = null;
          for (const records of history) {
            const before: Person | null = person;
            person = applyRecords(before, 'p-zoe', records, context) ?? before;
            if (before === null || person === null || person === before) continue;
            const same =
              before.status === person.status &&
              JSON.stringify(before.attributes) === JSON.stringify(person.attributes);
            expect(person.revision - before.revision).toBe(same ? 0 : 1);
            expect(person.version).toBe(before.version + 1);
          }
          const ids = (person?.outbox ?? []).map((event) => event.id);
          expect(new Set(ids).size).toBe(ids.length);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
