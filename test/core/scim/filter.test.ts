import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/core/scim/error.ts';
import { type Filter, parseFilter, parsePath } from '../../../src/core/scim/filter.ts';
import type { Tree } from '../../../src/core/scim/json.ts';
import { matcherFor } from '../../../src/core/scim/match.ts';
import { filters, written } from './filters.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const zoe: Tree = {
  id: 'user-1',
  userName: 'Zoe@Acme.test',
  externalId: 'X-1',
  name: { familyName: "O'Neil", givenName: 'Zoë' },
  title: 'Head of "Sales"',
  active: true,
  emails: [
    { value: 'zoe@acme.test', type: 'work', primary: true },
    { value: 'zoe@home.test', type: 'home' },
  ],
  [enterprise]: { department: 'Sales', manager: { value: 'user-2' } },
  'urn:acme:2.0:User': { badge: 17, floors: ['3', '4'], remote: false },
  meta: { created: '2026-01-02T03:04:05.000Z', resourceType: 'User' },
};
const fits = (filter: string) => matcherFor('User', parseFilter(filter))(zoe);
const refusal = (read: () => unknown): ScimError => {
  try {
    read();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return expect.unreachable('it was taken');
};

describe('a filter', () => {
  it.each([
    'userName eq "zoe@acme.TEST"',
    'USERNAME Eq "zoe@acme.test"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "zoe"',
    'externalId eq "X-1"',
    'name.familyName co "neil"',
    'name.familyName eq "O\'Neil"',
    'title eq "Head of \\"Sales\\""',
    'title ew "\\u0022"',
    'active eq true',
    'active eq "True"',
    'active ne false',
    'nickName eq null',
    'title ne null',
    'emails ne "zoe@acme.test"',
    'nickName ne "Zoe"',
    'title pr and not (nickName pr)',
    'emails co "home.test"',
    'emails.type eq "home"',
    'emails[type eq "work" and value co "acme"]',
    'emails[type eq "home" and value co "home"] and active eq true',
    `${enterprise}:department eq "sales"`,
    `${enterprise}:manager eq "user-2"`,
    `${enterprise}:manager.value eq "user-2"`,
    'urn:acme:2.0:User:badge gt 16',
    'urn:acme:2.0:User:floors eq "4"',
    'urn:acme:2.0:User:remote eq false',
    'meta.created gt "2026-01-01T00:00:00Z"',
    'meta.created le "2026-01-02T04:04:05+01:00"',
    'userName eq "nobody" or active eq true and title pr',
    'userName gt "zoe"',
  ])('%s fits', (filter) => expect(fits(filter)).toBe(true));

  it.each([
    'externalId eq "x-1"',
    'emails[type eq "work" and value co "home"]',
    'nickName pr',
    'name.givenName eq "Zoe"',
    'userName eq " zoe@acme.test"',
    'not (active eq true)',
    'active eq true and (title eq "CEO" or nickName pr)',
    'userName ne "zoe@acme.test"',
    'meta.created lt "2020-01-01T00:00:00Z"',
    'urn:acme:2.0:User:badge eq "17"',
  ])('%s does not', (filter) => expect(fits(filter)).toBe(false));

  it.each([
    '',
    'userName',
    'userName eq ',
    'userName eq zoe',
    "userName eq 'zoe'",
    'userName is "zoe"',
    'userName eq "zoe" and',
    'userName eq "zoe" userName eq "zoe"',
    '(userName eq "zoe"',
    'userName eq "zoe")',
    'emails[type eq "work"',
    'emails[type eq "work"].value eq "x"',
    'misspelt eq "zoe"',
    'name.misspelt eq "zoe"',
    'emails[misspelt eq "x"]',
    'name eq "zoe"',
    'userName[value eq "x"]',
    '__proto__ pr',
    'constructor.prototype pr',
    'urn:acme:2.0:User:__proto__ pr',
    'active gt true',
    'active eq "maybe"',
    'userName co 5',
    'title gt null',
    'meta.created eq "yesterday"',
    'userName eq "a\nb"',
    'userName eq "\\x"',
    'userName eq 1e999x',
    '"zoe" eq userName',
    'not userName pr',
    'and and and',
    '(((((((((((((((((((((((((title pr)))))))))))))))))))))))))',
    `title eq "${'x'.repeat(5_000)}"`,
    Array.from({ length: 300 }, () => 'title eq "x"').join(' or '),
  ])('%.60s is refused with words', (filter) => {
    const { status, scimType, message } = refusal(() => fits(filter));
    expect({ status, scimType }).toEqual({ status: 400, scimType: 'invalidFilter' });
    expect(message).toMatch(/\w+ \w+/);
    expect(message.length).toBeLessThan(400);
  });

  it('is read as it is written, whatever it says', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(written(filter))).toEqual(filter);
      }),
    );
  });

  it('takes any text, or refuses it', () => {
    const pieces = fc.constantFrom(
      ...['(', ')', '[', ']', '"', '\\', '.', ':', ' ', 'eq', 'and', 'not', 'title', '1', 'true'],
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 }))).map((all) => all.join(' ')),
    );
    const outcome = (text: string): Filter | ScimError => {
      try {
        return parseFilter(text);
      } catch (error) {
        if (error instanceof ScimError) return error;
        throw error;
      }
    };
    fc.assert(
      fc.property(texts, (text) => {
        const found = outcome(text);
        // What was taken is written down again as something that means the same.
        if (!(found instanceof ScimError)) expect(parseFilter(written(found))).toEqual(found);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a path', () => {
  it('names an attribute, a part of it, or the values that fit', () => {
    expect(parsePath('name.familyName')).toEqual({
      path: { urn: null, name: 'name', sub: 'familyName' },
      filter: null,
      sub: null,
    });
    expect(parsePath(`${enterprise}:manager.value`).path).toEqual({ urn: enterprise, name: 'manager', sub: 'value' });
    expect(parsePath('emails[type eq "work"].value')).toMatchObject({ path: { name: 'emails' }, sub: 'value' });
    expect(parsePath('members[value eq "user-1"]')).toMatchObject({ filter: { kind: 'compare' }, sub: null });
  });

  it.each([
    '',
    'a b',
    'emails[',
    'emails[]',
    'emails[type eq "work"]x',
    'emails.type[value pr]',
    'a.b.c',
    '[',
    '"title"',
  ])('%s is none', (path) => expect(refusal(() => parsePath(path)).status).toBe(400));
});
