import fc from 'fast-check';
import SCIMMY from 'scimmy';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/core/scim/error.ts';
import { parseFilter } from '../../../src/core/scim/filter.ts';
import type { Json, Tree } from '../../../src/core/scim/json.ts';
import { matcherFor } from '../../../src/core/scim/match.ts';
import { patched } from '../../../src/core/scim/patch.ts';
import { readResource } from '../../../src/core/scim/resource.ts';

/*
 * Ours beside SCIMMY's, on what both understand. Where SCIMMY 1.3.5 departs from RFC 7644 it is said below, each time by an example: a
 * version that no longer does turns it red.
 */

const message = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
const user = (given: object): Tree => readResource('User', plain({ userName: 'zoe', ...given }) as Json);

const ours = (filter: string, tree: Tree): boolean => matcherFor('User', parseFilter(filter))(tree);
const theirs = (filter: string, tree: Tree): boolean =>
  new SCIMMY.Types.Filter(filter).match([plain(tree)] as never).length > 0;

const word = fc.constantFrom('a', 'b', 'ab');
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

describe('filters', () => {
  const person = fc
    .record({
      ...{ title: maybe(word), userType: maybe(word), active: fc.boolean(), name: fc.record({ familyName: word }) },
      emails: fc.array(fc.record({ value: word, type: word }), { minLength: 1, maxLength: 2 }),
    })
    .map(user);
  const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
  const single = fc.constantFrom('title', 'userType', 'name.familyName');
  const compared = (attribute: fc.Arbitrary<string>) =>
    fc.tuple(attribute, operator, word).map(([name, op, value]) => `${name} ${op} "${value}"`);
  const simple = fc.oneof(
    compared(fc.oneof(single, fc.constantFrom('emails.value', 'emails.type'))),
    fc.oneof(single, fc.constant('emails.type')).map((name) => `${name} pr`),
    fc.boolean().map((value) => `active eq ${value}`),
  );
  const bracketed = fc.oneof(
    fc.tuple(operator, word, word).map(([op, type, value]) => `emails[type eq "${type}" and value ${op} "${value}"]`),
    fc.tuple(operator, word).map(([op, value]) => `emails[value ${op} "${value}"]`),
  );
  const negated = compared(single).map((term) => `not (${term})`);
  /** Each of another attribute: SCIMMY takes two conditions on one of many as if they were in brackets. */
  const rootOf = (term: string) => term.replace(/^not \(/, '').split(/[.[ ]/)[0];
  const apart = (terms: readonly string[]) =>
    terms.filter((term, at) => terms.findIndex((other) => rootOf(other) === rootOf(term)) === at);
  const all = fc
    .array(fc.oneof(simple, bracketed, negated), { minLength: 1, maxLength: 3 })
    .map((terms) => apart(terms).join(' and '));
  const three = fc
    .array(simple, { minLength: 3, maxLength: 3 })
    .map(apart)
    .filter((terms) => terms.length === 3);
  const filter = fc.oneof(
    fc.array(all, { minLength: 1, maxLength: 3 }).map((some) => some.join(' or ')),
    three.map(([a, b, c]) => `(${a} or ${b}) and ${c}`),
    three.map(([a, b, c]) => `${a} and (${b} or ${c})`),
  );

  it('fit the same people', () => {
    fc.assert(
      fc.property(person, filter, (tree, text) => {
        expect(ours(text, tree)).toBe(theirs(text, tree));
      }),
      { numRuns: 3_000 },
    );
  });

  const zoe = user({
    ...{ title: 'CEO', active: true, emails: [{ type: 'work', value: 'zoe@acme.test' }] },
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
  });
  it.each<[what: string, filter: string, right: boolean]>([
    ['the case of letters does not count', 'userName eq "ZOE"', true],
    ['`not` is of all in its parentheses', 'not (title pr and active eq false)', true],
    ['`not` is of all in its brackets', 'not (emails[value eq "nobody"])', true],
    [
      'brackets keep all of their conditions',
      '(active eq true or title pr) and emails[type eq "home" and value co "zoe"]',
      false,
    ],
    [
      'extensions are compared',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales"',
      true,
    ],
  ])('differ where SCIMMY errs: %s', (_, text, right) => {
    expect({ ours: ours(text, zoe), theirs: theirs(text, zoe) }).toEqual({ ours: right, theirs: !right });
  });

  it.each<[what: string, filter: string, right: boolean]>([
    ['`not` within `not`', 'not (not (title pr))', true],
    ['`not` within parentheses', '(not (title eq "x") and active eq true)', true],
    ['conditions on what is not there', 'phoneNumbers.value eq "1"', false],
  ])('are read where SCIMMY gives up: %s', (_, text, right) => {
    expect(ours(text, zoe)).toBe(right);
    expect(() => theirs(text, zoe)).toThrow();
  });

  it('are refused where SCIMMY takes half of one', () => {
    expect(() => ours('userName eq ', zoe)).toThrow(ScimError);
    expect(() => theirs('userName eq ', zoe)).not.toThrow();
  });
});

describe('PATCH', () => {
  const type = fc.constantFrom('work', 'home', 'other');
  const email = fc.record({ value: word.map((name) => `${name}@acme.test`), type });
  const person = fc
    .record({
      ...{ title: maybe(word), active: fc.boolean(), name: fc.record({ familyName: word, givenName: maybe(word) }) },
      emails: fc.uniqueArray(email, { minLength: 1, maxLength: 2, selector: (one) => one.type }),
    })
    .map(user);
  const put = fc.constantFrom('add', 'replace', 'Add', 'Replace');
  const step: fc.Arbitrary<Json> = fc.oneof(
    fc
      .tuple(put, fc.constantFrom('title', 'nickName', 'name.familyName'), word)
      .map(([op, path, value]) => ({ op, path, value })),
    fc.tuple(put, fc.boolean()).map(([op, value]) => ({ op, path: 'active', value })),
    fc
      .tuple(fc.constantFrom('add', 'Add'), word)
      .map(([op, givenName]) => ({ op, path: 'name', value: { givenName } })),
    fc.tuple(put, word, fc.boolean()).map(([op, title, active]) => ({ op, value: { title, active } })),
    fc.constantFrom('title', 'name.givenName').map((path) => ({ op: 'remove', path })),
    fc.tuple(fc.constantFrom('add', 'replace'), email).map(([op, value]) => ({ op, path: 'emails', value: [value] })),
    type.map((one) => ({ op: 'remove', path: `emails[type eq "${one}"]` })),
    fc.tuple(put, type, word).map(([op, one, value]) => ({ op, path: `emails[type eq "${one}"].value`, value })),
  );

  async function theirsAfter(tree: Tree, steps: readonly Json[]): Promise<unknown> {
    const resource = new SCIMMY.Schemas.User(plain({ id: '1', ...tree }) as never, 'both');
    const patch = new SCIMMY.Messages.PatchOp({ schemas: [message], Operations: plain(steps) } as never);
    const after = await patch.apply(resource as never, (async (patchedOne: unknown) => patchedOne) as never);
    // It answers nothing where nothing has changed.
    const { schemas: _, meta: _meta, id: _id, ...rest } = plain(after ?? tree) as Tree;
    return rest;
  }
  /** It adds what is there a second time. */
  const once = (tree: Tree): Tree => ({
    ...tree,
    ...(Array.isArray(tree.emails) && {
      emails: [...new Map(tree.emails.map((one) => [JSON.stringify([one.value, one.type]), one])).values()],
    }),
  });

  it('comes to the same', async () => {
    let alike = 0;
    await fc.assert(
      fc.asyncProperty(person, fc.array(step, { minLength: 1, maxLength: 3 }), async (tree, steps) => {
        const right = await theirsAfter(tree, steps).catch(
          (error: { scimType?: string }) => error.scimType ?? 'thrown',
        );
        const found = patched('User', tree, { Operations: steps });
        // Entra ID sends values in brackets that are not there yet, and means them to be: SCIMMY refuses that, as the RFC has it.
        if (right === 'noTarget') return;
        expect(found).toEqual(typeof right === 'string' ? right : once(right as Tree));
        alike += 1;
      }),
      { numRuns: 1_500 },
    );
    expect(alike).toBeGreaterThan(500);
  });

  it('is read otherwise in one place: replaced parts leave the others, as section 3.5.2.3 says of a complex attribute', async () => {
    const tree = user({ name: { familyName: 'a', givenName: 'b' } });
    const steps = [{ op: 'replace', path: 'name', value: { givenName: 'ab' } }];
    expect(patched('User', tree, { Operations: steps }).name).toEqual({ familyName: 'a', givenName: 'ab' });
    expect(await theirsAfter(tree, steps)).toMatchObject({ name: { givenName: 'ab' } });
    expect(await theirsAfter(tree, steps)).not.toHaveProperty('name.familyName');
  });

  it('differs where SCIMMY errs: a member who is there is added once', async () => {
    const steps = [{ op: 'add', path: 'members', value: [{ value: 'user-1' }] }];
    const group = { displayName: 'Staff', members: [{ value: 'user-1' }] };
    expect(patched('Group', group, { Operations: steps }).members).toHaveLength(1);
    const resource = new SCIMMY.Schemas.Group({ id: '1', ...plain(group) } as never, 'both');
    const patch = new SCIMMY.Messages.PatchOp({ schemas: [message], Operations: steps } as never);
    const after = await patch.apply(resource as never, (async (patchedOne: unknown) => patchedOne) as never);
    expect((plain(after) as { members: unknown[] }).members).toHaveLength(2);
  });
});
