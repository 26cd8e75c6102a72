import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountView, Attributes } from '../../../src/core/model.ts';
import type { Store } from '../../../src/engine/store-ports.ts';
import { aLogin, anAccount, anApproval, anEvent, anOperation, aPerson, aRecord, chained } from './builders.ts';

const hostileKeys = [
  'a.b',
  '.',
  '$set',
  '$',
  '__proto__',
  '',
  '%',
  '%2E',
  '%_x',
  '\0',
  'constructor',
  '_id',
  'id',
  '_bsontype',
  'toBSON',
  'length',
  '0',
  '姓',
  '😀',
];
const key = fc.oneof(fc.constantFrom(...hostileKeys), fc.string({ unit: 'grapheme', maxLength: 8 }));
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
);
const map = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs));
const attributes: fc.Arbitrary<Attributes> = map(fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })));
const entitlements = map(fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 3 }));
const view: fc.Arbitrary<AccountView> = fc.record(
  { active: fc.boolean(), attributes, entitlements },
  { noNullPrototype: true },
);

/** Attribute and entitlement names are anybody's: whatever they hold, they come back as they went in. */
export function testRoundTrips(store: () => Store): void {
  describe('round trips', () => {
    it('keeps hostile names and values of people, logins, approvals, events and accounts', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(attributes, view, view, async (values, before, after) => {
          run += 1;
          const { people, logins, approvals, events, accounts } = store();
          const person = aPerson(`p-${run}`, {
            attributes: values,
            records: [aRecord(`${run}`, { attributes: values })],
          });
          const login = aLogin(`p-${run}`, 'crm', {
            wish: { state: 'active', cause: 'role', attributes: values, entitlements: after.entitlements, reasons: [] },
            observed: { ...before, at: 1 },
            operation: anOperation(`p-${run}`, 'crm', { before, after }),
            outbox: [anEvent(`e-${run}`, { before, after })],
          });
          const approval = anApproval(`a-${run}`, { reason: Object.keys(values)[0] ?? null });
          const [event] = chained(`part-${run}`, [anEvent(`e-${run}`, { before, after })]);
          const account = anAccount(`r-${run}`, { ...after, externalId: `${run}` });
          await people.insert([person]);
          await logins.insert([login]);
          await approvals.insert([approval]);
          await events.append(event === undefined ? [] : [event]);
          await accounts.put('crm', 's', [account]);
          deepStrictEqual(await people.get(person.id), person);
          deepStrictEqual(await logins.get(login.id), login);
          deepStrictEqual(await approvals.get(approval.id), approval);
          deepStrictEqual(await events.chain(`part-${run}`, 0, 1), [event]);
          deepStrictEqual(await accounts.match('crm', [`externalId=${run}`]), [
            { ...account, keys: [`externalId=${run}`] },
          ]);
        }),
        { numRuns: 100 },
      );
      expect(({} as Record<string, unknown>).active).toBeUndefined();
    });
  });
}
