import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/core/scim/error.ts';
import { type Json, parseJson, type Tree } from '../../../src/core/scim/json.ts';
import { patched } from '../../../src/core/scim/patch.ts';
import { readResource } from '../../../src/core/scim/resource.ts';
import type { ResourceKind } from '../../../src/core/scim/schema.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const message = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const zoe = readResource('User', {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  userName: 'zoe@acme.test',
  name: { givenName: 'Zoe', familyName: 'Smith' },
  active: true,
  emails: [
    { value: 'zoe@acme.test', type: 'work', primary: true },
    { value: 'zoe@home.test', type: 'home' },
  ],
  [enterprise]: { department: 'Sales', manager: { value: 'user-2' } },
});
const staff = readResource('Group', { displayName: 'Staff', members: [{ value: 'user-1' }, { value: 'user-2' }] });

const patchOf = (kind: ResourceKind, tree: Tree, ...Operations: Json[]) =>
  patched(kind, tree, { schemas: [message], Operations });
const ofUser = (...steps: Json[]) => patchOf('User', zoe, ...steps);
const membersAfter = (...steps: Json[]) =>
  (patchOf('Group', staff, ...steps).members as Tree[] | undefined)?.map(({ value }) => value) ?? [];
const refusal = (change: () => unknown) => {
  try {
    change();
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
  return expect.unreachable('it was taken');
};

describe('a PATCH of a person', () => {
  it.each<[string, Json]>([
    ['by a path', { op: 'replace', path: 'active', value: false }],
    ['without a path, as Okta and GitHub have it', { op: 'replace', value: { active: false } }],
    ['in capitals and by a text, as older Entra clients do', { op: 'Replace', path: 'active', value: 'False' }],
    [
      'by a path that names the schema',
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false },
    ],
    ['in another case of letters', { OP: 'replace', Path: 'ACTIVE', Value: false }],
  ])('deactivates %s', (_, step) => expect(ofUser(step)).toEqual({ ...zoe, active: false }));

  it('sets one part, and leaves the others', () => {
    expect(ofUser({ op: 'Add', path: 'name.familyName', value: 'Miller' }).name).toEqual({
      ...{ givenName: 'Zoe', familyName: 'Miller' },
    });
    expect(ofUser({ op: 'replace', path: 'name', value: { familyName: 'Miller' } }).name).toEqual({
      ...{ givenName: 'Zoe', familyName: 'Miller' },
    });
    expect(ofUser({ op: 'remove', path: 'name.givenName' }).name).toEqual({ familyName: 'Smith' });
    expect(ofUser({ op: 'remove', path: 'name' })).not.toHaveProperty('name');
  });

  it('takes dotted names, brackets and extensions without a path, as Entra ID does', () => {
    const value = {
      ...{ 'name.givenName': 'Zoë', displayName: 'Zoë', 'emails[type eq "work"].value': 'z@acme.test' },
      ...{ [`${enterprise}:department`]: 'Legal', [enterprise]: { costCenter: '7' } },
      ...{ 'urn:acme:2.0:User:badge': 17, id: 'ignored', misspelt: 'ignored' },
    };
    expect(ofUser({ op: 'Replace', value })).toEqual({
      ...zoe,
      ...{ name: { givenName: 'Zoë', familyName: 'Smith' }, displayName: 'Zoë' },
      emails: [
        { value: 'z@acme.test', type: 'work', primary: true },
        { value: 'zoe@home.test', type: 'home' },
      ],
      [enterprise]: { department: 'Legal', manager: { value: 'user-2' }, costCenter: '7' },
      'urn:acme:2.0:User': { badge: 17 },
    });
  });

  it('takes a manager by an id, an object or a list, and takes them away', () => {
    const path = `${enterprise}:manager`;
    for (const value of ['user-3', { value: 'user-3' }, [{ value: 'user-3' }]])
      expect(ofUser({ op: 'Add', path, value })[enterprise]).toMatchObject({ manager: { value: 'user-3' } });
    for (const step of [
      { op: 'remove', path },
      { op: 'replace', path, value: '' },
      { op: 'replace', path, value: null },
    ])
      expect(ofUser(step)[enterprise]).toEqual({ department: 'Sales' });
    expect(ofUser({ op: 'remove', path: enterprise })).not.toHaveProperty([enterprise]);
  });

  it('chooses values by brackets, and makes one that the brackets describe', () => {
    expect(ofUser({ op: 'remove', path: 'emails[type eq "home"]' }).emails).toHaveLength(1);
    expect(ofUser({ op: 'remove', path: 'emails[type eq "other"]' })).toEqual(zoe);
    expect(ofUser({ op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+49' }).phoneNumbers).toEqual([
      { type: 'work', value: '+49' },
    ]);
    expect(refusal(() => ofUser({ op: 'replace', path: 'emails[value co "x"].type', value: 'work' }))).toBe('noTarget');
  });

  it('keeps one value preferred at most', () => {
    const emails = ofUser({
      op: 'add',
      path: 'emails',
      value: [{ value: 'n@acme.test', type: 'other', primary: true }],
    });
    expect((emails.emails as Tree[]).map(({ primary }) => primary)).toEqual([false, undefined, true]);
    const home = ofUser({ op: 'replace', path: 'emails[type eq "home"].primary', value: true });
    expect((home.emails as Tree[]).map(({ primary }) => primary)).toEqual([false, true]);
  });

  it('adds what is there no second time', () => {
    expect(ofUser({ op: 'add', path: 'emails', value: [{ value: 'zoe@home.test', type: 'home' }] })).toEqual(zoe);
  });

  it.each<[string, Json]>([
    ['invalidSyntax', { op: 'move', path: 'title', value: 'x' }],
    ['invalidSyntax', 'replace'],
    ['invalidPath', { op: 'replace', path: 'misspelt', value: 'x' }],
    ['invalidPath', { op: 'replace', path: '__proto__', value: { x: 1 } }],
    ['invalidPath', { op: 'add', path: 'constructor.prototype.x', value: 'x' }],
    ['invalidPath', { op: 'add', path: 'urn:acme:2.0:User:__proto__', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'title[value eq "x"]', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 7, value: 'x' }],
    ['invalidFilter', { op: 'replace', path: 'emails[misspelt eq "x"].value', value: 'x' }],
    ['invalidValue', { op: 'replace', path: 'active', value: 'perhaps' }],
    ['invalidValue', { op: 'replace', path: 'title', value: { a: 1 } }],
    ['invalidValue', { op: 'replace', path: 'title' }],
    ['invalidValue', { op: 'remove', path: 'userName' }],
    ['invalidValue', { op: 'replace', path: 'userName', value: '' }],
    ['invalidValue', { op: 'replace', value: 'x' }],
    ['mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['mutability', { op: 'add', path: 'groups', value: [{ value: 'group-1' }] }],
    ['mutability', { op: 'replace', path: 'meta.version', value: 'x' }],
    ['noTarget', { op: 'remove' }],
  ])('refuses as %s %j', (scimType, step) => expect(refusal(() => ofUser(step))).toBe(scimType));

  it('does all or nothing', () => {
    const before = structuredClone(zoe);
    const steps = [
      { op: 'replace', path: 'title', value: 'CEO' },
      { op: 'replace', path: 'misspelt', value: 1 },
    ];
    expect(refusal(() => ofUser(...steps))).toBe('invalidPath');
    expect(zoe).toEqual(before);
  });

  it('bounds how much is asked for at once', () => {
    const step = { op: 'replace', path: 'title', value: 'x' };
    expect(refusal(() => ofUser(...Array.from({ length: 1_001 }, () => step)))).toBe('tooMany');
    expect(refusal(() => ofUser())).toBe('invalidSyntax');
  });
});

describe('a PATCH of a group', () => {
  it('adds and removes members in every form clients use', () => {
    expect(membersAfter({ op: 'add', path: 'members', value: [{ value: 'user-3' }] })).toEqual([
      'user-1',
      'user-2',
      'user-3',
    ]);
    expect(membersAfter({ op: 'Add', path: 'members', value: [{ value: 'user-2', display: 'Bob' }] })).toEqual([
      'user-1',
      'user-2',
    ]);
    expect(membersAfter({ op: 'remove', path: 'members[value eq "user-1"]' })).toEqual(['user-2']);
    expect(membersAfter({ op: 'Remove', path: 'members', value: [{ value: 'user-1' }] })).toEqual(['user-2']);
    expect(membersAfter({ op: 'remove', path: 'members[value eq "user-9"]' })).toEqual(['user-1', 'user-2']);
    expect(membersAfter({ op: 'remove', path: 'members' })).toEqual([]);
    expect(membersAfter({ op: 'replace', path: 'members', value: [{ value: 'user-4' }] })).toEqual(['user-4']);
    expect(membersAfter({ op: 'replace', value: { members: [{ value: 'user-4' }] } })).toEqual(['user-4']);
    expect(membersAfter({ op: 'replace', path: 'members', value: [] })).toEqual([]);
  });

  it('gives it another name, with its id beside as Okta sends it', () => {
    expect(patchOf('Group', staff, { op: 'replace', value: { id: 'group-1', displayName: 'All' } })).toEqual({
      ...staff,
      displayName: 'All',
    });
    expect(refusal(() => patchOf('Group', staff, { op: 'remove', path: 'displayName' }))).toBe('invalidValue');
  });
});

describe('what is sent', () => {
  it('names nothing of the language, nests as deep as resources do, and is well-formed', () => {
    for (const text of [
      ...['{"__proto__":{"polluted":1}}', '{"a":{"constructor":{}}}', '{"prototype":1}', '{"\\u005f_proto__":1}'],
      ...['"\\ud800"', '{', '', 'undefined', `${'['.repeat(50)}${']'.repeat(50)}`, `${'['.repeat(100_000)}`],
    ])
      expect(
        refusal(() => parseJson(text)),
        text.slice(0, 40),
      ).toBe('invalidSyntax');
  });

  it('changes a resource or is refused, and never the language', () => {
    const word = fc.constantFrom(
      ...[
        'userName',
        'name',
        'name.givenName',
        'emails',
        'emails[type eq "work"].value',
        'members',
        'groups',
        'id',
        'meta',
      ],
      ...[
        '__proto__',
        'constructor',
        'constructor.prototype',
        '__proto__.polluted',
        enterprise,
        `${enterprise}:manager`,
      ],
      ...['urn:acme:2.0:User:x', 'urn:acme:2.0:User:__proto__', 'schemas', 'add', 'value', 'toString', ''],
    );
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.oneof(word, fc.boolean(), fc.constant(null), fc.integer()),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(word, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    const step = fc.record(
      { op: fc.constantFrom('add', 'Replace', 'remove', 'x'), path: fc.oneof(word, json), value: json },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(fc.array(step as fc.Arbitrary<Json>, { minLength: 1, maxLength: 4 }), (steps) => {
        try {
          const tree = ofUser(...steps);
          expect(readResource('User', JSON.parse(JSON.stringify(tree)))).toEqual(tree);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
  });
});
