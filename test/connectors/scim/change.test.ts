import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enterpriseSchema, places, userSchema } from '../../../connectors/scim/attributes.ts';
import { mergedResource, newResource, patchSteps } from '../../../connectors/scim/change.ts';
import { standard } from '../../../connectors/scim/profile.ts';
import { attributesOf, listedOf, shows } from '../../../connectors/scim/resource.ts';
import { equals } from '../../../connectors/scim/wire.ts';
import { createScimApp } from '../../fakes/scim-app.ts';

const names = Object.keys(places);
const text = fc.string({ minLength: 1, maxLength: 20 }).filter((value) => value.trim() === value);
const values = fc.dictionary(fc.constantFrom(...names), text, { noNullPrototype: true });
/** A user name that no other has, so that the app takes the account. */
const account = values.map((set) => ({ ...set, userName: `u${set.userName ?? ''}` }));

const asked = (method: string, path: string[], body: unknown) => ({ method, path, query: new URLSearchParams(), body });

describe('scim resources', () => {
  it('hold every attribute, and give back each as it was', () => {
    fc.assert(
      fc.property(account, (set) => {
        const resource = { ...newResource({ externalId: 'p1', set }, standard), id: '1' };
        expect(attributesOf(resource)).toEqual(set);
        expect(listedOf(resource, [])).toMatchObject({ externalId: 'p1', active: true, attributes: set });
        expect(shows(resource, { set, clear: [], active: true })).toBe(true);
      }),
    );
  });

  it('become the same by PATCH with paths, PATCH without, and PUT', () => {
    fc.assert(
      fc.property(
        account,
        values,
        fc.subarray(names),
        fc.option(fc.boolean(), { nil: undefined }),
        (before, set, all, active) => {
          const clear = all.filter((name) => set[name] === undefined && name !== 'userName');
          const writing = { set: { ...set, userName: set.userName ?? before.userName }, clear, active };
          const results = (['path', 'none', 'put'] as const).map((style) => {
            const app = createScimApp();
            const made = app.handle(asked('POST', ['Users'], newResource({ externalId: 'p1', set: before }, standard)))
              .body as { id: string };
            const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
            const answer =
              style === 'put'
                ? app.handle(asked('PUT', ['Users', made.id], mergedResource(writing, made, standard)))
                : app.handle(
                    asked('PATCH', ['Users', made.id], {
                      schemas,
                      Operations: patchSteps(writing, made, { ...standard, patchPath: style }),
                    }),
                  );
            expect(answer.status, style).toBe(200);
            const { remoteId: _, ...listed } = listedOf({ ...(answer.body as object), id: made.id }, []);
            return listed;
          });
          const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !clear.includes(name)));
          for (const result of results) expect(result.attributes).toEqual({ ...kept, ...writing.set });
          for (const result of results) expect(result).toEqual(results[0]);
          expect(results[0]?.active).toBe(active ?? true);
        },
      ),
    );
  });

  it('name the enterprise schema only where it is used', () => {
    expect(newResource({ externalId: 'p', set: { userName: 'u' } }, standard).schemas).toEqual([userSchema]);
    expect(newResource({ externalId: 'p', set: { userName: 'u', department: 'Sales' } }, standard).schemas).toEqual([
      userSchema,
      enterpriseSchema,
    ]);
  });

  it('send a PUT without what is the app’s to say, with the state stated and the unknown kept', () => {
    const current = { id: '1', userName: 'u', active: 'False', meta: {}, groups: [{ value: 'g' }], custom: { a: [1] } };
    const merged = mergedResource({ set: { title: 'T' }, clear: [] }, current, standard);
    expect(merged).toEqual({
      id: '1',
      userName: 'u',
      active: false,
      custom: { a: [1] },
      title: 'T',
      schemas: [userSchema],
    });
  });

  it('read the primary address, else the one at work, else the first that is told to be for nothing else', () => {
    const emails = (...list: object[]) => attributesOf({ emails: list }).email;
    const work = { value: 'w@x', type: 'work' };
    expect(emails({ value: 'a@x' }, work, { value: 'p@x', primary: true })).toBe('p@x');
    expect(emails({ value: 'a@x' }, work)).toBe('w@x');
    expect(emails({ value: 'a@x' }, { value: 'b@x' })).toBe('a@x');
    expect(emails({ value: 'h@x', type: 'home' }, { value: 'b@x' })).toBe('b@x');
    expect(emails({ value: 'h@x', type: 'home' }, { value: 'w@x', type: ' Work ' })).toBe('w@x');
    expect(emails({ value: 'h@x', type: 'home' })).toBeUndefined();
    expect(emails()).toBeUndefined();
  });

  it('are emptied of the number at work, and of no other however often', () => {
    const mobile = { value: '+49 171 1', type: 'mobile' };
    const numbers = { phoneNumbers: [{ value: '+49 30 1', type: 'work', primary: true }, mobile] };
    const cleared = (current: object) =>
      mergedResource({ set: {}, clear: ['phone'] }, { id: '1', ...current }, standard);
    const once = cleared(numbers);
    expect(once.phoneNumbers).toEqual([mobile]);
    expect(cleared(once).phoneNumbers).toEqual([mobile]);
    expect(cleared({ phoneNumbers: [{ value: '+49 30 1' }] })).not.toHaveProperty('phoneNumbers');
    expect(attributesOf(once).phone).toBeUndefined();
  });

  it('get a number at work beside a private one, and once', () => {
    const mobile = { value: '+49 171 1', type: 'mobile' };
    const set = (phone: string, current: object) =>
      mergedResource({ set: { phone }, clear: [] }, { id: '1', ...current }, standard);
    const work = { value: '+49 30 1', type: 'work', primary: true };
    expect(set('+49 30 1', { phoneNumbers: [mobile] }).phoneNumbers).toEqual([mobile, work]);
    // A server that keeps neither the type nor the preference does not gather them.
    expect(set('+49 30 1', { phoneNumbers: [mobile, { value: '+49 30 1', type: 'other' }] }).phoneNumbers).toEqual([
      mobile,
      work,
    ]);
    const one = mergedResource(
      { set: { phone: '1' }, clear: [] },
      { id: '1', phoneNumbers: [mobile] },
      { ...standard, multiEmail: false },
    );
    expect(one.phoneNumbers).toEqual([{ value: '1', type: 'work', primary: true }]);
  });

  it('take odd shapes for absent, never for a crash', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('name', 'emails', 'active', 'userName', enterpriseSchema), fc.anything()),
        (odd) => {
          const account = listedOf({ id: '1', ...odd }, null);
          for (const value of Object.values(account.attributes)) expect(typeof value).toBe('string');
          expect(account.entitlements).toEqual({});
        },
      ),
    );
  });

  it('take "True" and "False" for what they mean, and no word for active', () => {
    const active = (value: unknown) => listedOf({ id: '1', active: value }, null).active;
    expect([true, 'True', undefined, null].map(active)).toEqual([true, true, true, true]);
    expect([false, 'False', 'no', 0].map(active)).toEqual([false, false, false, false]);
  });
});

describe('scim filters', () => {
  it('hold any value as a JSON string that no value can end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const filter = equals({ attribute: 'userName', value });
        expect(filter.startsWith('userName eq "')).toBe(true);
        expect(JSON.parse(filter.slice('userName eq '.length))).toBe(value);
      }),
    );
  });
});
