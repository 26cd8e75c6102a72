import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesOf, externalIdOf, shows } from '../../../connectors/google-workspace/account.ts';
import { parameters, placesWith } from '../../../connectors/google-workspace/attributes.ts';
import { bodyOf, newBodyOf } from '../../../connectors/google-workspace/change.ts';
import { target } from '../../../connectors/google-workspace/index.ts';
import { readUser, recordOf } from '../../../connectors/google-workspace/record.ts';
import { clause, User } from '../../../connectors/google-workspace/user.ts';
import { type FakeUser, searchOf, type Tree } from '../../fakes/google-lists.ts';

const home = { value: '+49891', type: 'home' };
const school = { name: 'Old Ltd', type: 'school' };
const login = { value: 'L1', type: 'login_id' };
const base: User = User.parse({
  ...{ id: '1', primaryEmail: 'zoe@acme.test', name: { givenName: 'Zoë', familyName: 'O’Neil' }, orgUnitPath: '/' },
  ...{ phones: [home, { value: '+4930', type: 'work', primary: true }], relations: [] },
  customSchemas: { HR: { grade: 'A' } },
  organizations: [school, { title: 'Clerk', name: 'Acme', type: 'work' }, { department: 'IT', primary: true }],
  externalIds: [login, { value: 'person-1', type: 'custom', customType: 'rollcall' }],
});

/** As the reference has it: what is named is replaced, null clears, the rest stays. */
function put(user: User, { name, customSchemas, ...rest }: Tree): User {
  const merged = {
    name: { ...user.name, ...(name as Tree | undefined) },
    customSchemas: { ...user.customSchemas, ...(customSchemas as Tree | undefined) },
  };
  return User.parse({ ...user, ...rest, ...merged });
}

const places = placesWith({ costCentre: 'HR.costCentre', badge: 'HR.badge', desk: 'Own.desk' });
const writable = Object.entries(places).filter(([, { at }]) => at !== 'read-only');
const needed = new Set(writable.flatMap(([name, place]) => ('needed' in place ? [name] : [])));
const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text && text !== '');
const step = fc.constantFrom(...writable.map(([name]) => name)).chain((name) => {
  const set = (name === 'includeInGlobalAddressList' ? fc.boolean() : value).map((one) => ({
    set: { [name]: one },
    clear: [],
  }));
  return needed.has(name) ? set : fc.oneof(set, fc.constant({ set: {}, clear: [name] }));
});

describe('changes of a user of Google', () => {
  it('show after any number of them, and leave what others keep there alone', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let user = base;
        for (const { set, clear } of steps) {
          const writing = { set: set as Record<string, string | boolean>, clear };
          const before = attributesOf(user, places);
          user = put(user, bodyOf(writing, user, places));
          expect(shows(user, writing, places)).toBe(true);
          const touched = [...Object.keys(set), ...clear];
          const others = ([name]: [string, unknown]) => !touched.includes(name);
          expect(Object.entries(attributesOf(user, places)).filter(others)).toEqual(
            Object.entries(before).filter(others),
          );
        }
        expect(externalIdOf(user)).toBe('person-1');
        expect(user.customSchemas?.HR?.grade).toBe('A');
        expect(user.phones).toContainEqual(home);
        expect(user.organizations).toContainEqual(school);
        expect(user.externalIds).toContainEqual(login);
      }),
    );
  });

  it('take a yes or no from a text, and change nothing where nothing is asked', () => {
    expect(bodyOf({ set: { includeInGlobalAddressList: 'False' }, clear: [] }, base)).toEqual({
      includeInGlobalAddressList: false,
    });
    expect(bodyOf({ set: {}, clear: ['includeInGlobalAddressList'] }, base)).toEqual({
      includeInGlobalAddressList: true,
    });
    expect(bodyOf({ set: {}, clear: [] }, base)).toEqual({});
  });

  it('of which the defaults make a whole new user, who carries our id and a password nobody knows', () => {
    const filled = Object.fromEntries(parameters.map(({ target }) => [target, `a ${target}`]));
    const account = { externalId: 'person-7', attributes: filled, entitlements: {} };
    const body = newBodyOf(account, false);
    const user = User.parse({ ...body, id: '7' });
    expect(shows(user, { set: filled, clear: [], active: true })).toBe(true);
    expect(externalIdOf(user)).toBe('person-7');
    expect(body.password).not.toBe(newBodyOf(account, false).password);
    expect(target.attributes.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'userName',
      'givenName',
      'familyName',
    ]);
  });
});

describe('searches of Google', () => {
  it('find exactly the value, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (mine, other) => {
        const matches = searchOf(clause('externalId', mine));
        const holding = (one: string): FakeUser => ({
          id: '1',
          primaryEmail: 'a@acme.test',
          externalIds: [{ value: one }],
        });
        expect(matches(holding(mine))).toBe(true);
        expect(matches(holding(other))).toBe(mine.toLowerCase() === other.toLowerCase());
      }),
    );
  });
});

describe('rows of Google', () => {
  const config = { attributes: { start: 'HR.start', proto: '__proto__.constructor' }, archived: 'left' } as const;

  it('are a record or a problem, whatever they are', () => {
    const part = fc.anything({ maxDepth: 3 });
    const odd = fc.record(
      {
        id: fc.oneof(fc.string(), part),
        primaryEmail: fc.oneof(fc.string(), part),
        name: part,
        organizations: part,
        phones: part,
        customSchemas: part,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(odd, part), (row) => {
        const read = readUser(row);
        if ('problem' in read) {
          expect(read.problem.message).not.toBe('');
          return;
        }
        const { attributes: found, externalId } = recordOf(read.user, { config, memberOf: [] });
        expect(externalId).toBe(read.user.id);
        for (const one of Object.values(found).flat()) expect(['string', 'number', 'boolean']).toContain(typeof one);
      }),
    );
  });
});
