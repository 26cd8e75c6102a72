import fc from 'fast-check';
import { type Condition, operators } from '../../src/core/condition-schema.ts';
import type { ListedAccount } from '../../src/core/connector.ts';
import { newLogin } from '../../src/core/login.ts';
import type { Login, OwnedEntitlement } from '../../src/core/login-model.ts';
import type { Attributes, DirectoryRecord, Value, Wish } from '../../src/core/model.ts';
import { noon } from './samples.ts';

/** Enough for cheap generators to meet each other often. */
export const runs = { numRuns: 2_000 };
/** Milliseconds: many runs on a busy machine take longer than the runner's usual limit. */
export const patience = 60_000;

export const word = fc.constantFrom(
  'Sales',
  'sales ',
  'Marketing',
  'Ops',
  'Zoë',
  '',
  '7',
  '007',
  '7.0',
  '2026-03-15',
  '-',
);
export const value: fc.Arbitrary<Value> = fc.oneof(word, fc.integer({ min: -9, max: 9 }), fc.boolean());
export const values = fc.oneof(value, fc.array(value, { maxLength: 3 }));
export const personName = fc.constantFrom('email', 'department', 'title', 'memberOf', 'startDate', 'endDate');
export const attributes: fc.Arbitrary<Attributes> = fc.dictionary(personName, values, { maxKeys: 5 });

const simple = fc.record(
  { attribute: personName, operator: fc.constantFrom(...operators), value: values },
  { requiredKeys: ['attribute', 'operator'] },
);
export const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    simple,
    fc.record({
      match: fc.constantFrom('all', 'any'),
      conditions: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).condition;
export const group = fc.record({
  match: fc.constantFrom('all' as const, 'any' as const),
  conditions: fc.array(condition, { maxLength: 3 }),
});

const said = fc.constantFrom('explicit' as const, 'absent' as const);
/** Only a record that is gone can be known by absence. */
const status = fc.oneof(
  fc.constantFrom('active' as const, 'suspended' as const).map((is) => ({ status: is, said: 'explicit' as const })),
  said.map((how) => ({ status: 'left' as const, said: how })),
);
export const directoryName = fc.constantFrom('hr', 'ad', 'csv');
export const record: fc.Arbitrary<DirectoryRecord> = fc
  .tuple(directoryName, fc.constantFrom('1', '2'), status, attributes)
  .map(([directory, externalId, how, found]) => ({ directory, externalId, ...how, attributes: found }));
/** One record for each id of a directory, as the store keeps them. */
export const records = fc.uniqueArray(record, {
  maxLength: 4,
  selector: (one) => `${one.directory}/${one.externalId}`,
});

const target = fc.constantFrom('userName', 'title', 'seats');
export const accountAttributes: fc.Arbitrary<Attributes> = fc.dictionary(target, word, { maxKeys: 3 });
const grant = fc.constantFrom('A', 'B', 'C');
export const entitlements = fc.dictionary(
  fc.constantFrom('groups', 'licences'),
  fc.uniqueArray(grant).map((list) => list.sort()),
);
export const wish: fc.Arbitrary<Wish> = fc.record({
  state: fc.constantFrom('active', 'active', 'active', 'suspended', 'deleted', 'kept', 'none'),
  cause: fc.constantFrom('role', 'role-loss', 'suspended', 'left', 'not-started'),
  attributes: fc.dictionary(target, fc.oneof(word, fc.constant([])), { maxKeys: 3 }),
  entitlements,
  reasons: fc.constant([]),
});

const owned: fc.Arbitrary<OwnedEntitlement[]> = fc.array(
  fc.record({
    target: fc.constantFrom('groups', 'licences'),
    value: grant,
    provenance: fc.constantFrom('created' as const, 'adopted' as const),
  }),
  { maxLength: 3 },
);
const view = fc.record({ active: fc.boolean(), attributes: accountAttributes, entitlements, at: fc.constant(noon) });
export const provenance = fc.constantFrom('created', 'adopted', 'unmanaged', null);
export const login: fc.Arbitrary<Login> = fc
  .record({
    account: fc.constantFrom('none', 'active', 'active', 'suspended', 'deleted', 'missing'),
    provenance,
    observed: fc.oneof(view, fc.constant(null)),
    owned,
    candidates: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.constant(['r-2']) }),
    disassociated: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  .map((change) => ({ ...newLogin('p-zoe', 'crm', 1), remoteId: 'r-1', ...change }) as Login);

const name = fc.constantFrom('zoe', 'Zoe ', 'max');
export const listed: fc.Arbitrary<ListedAccount> = fc.record({
  remoteId: fc.constantFrom('r-1', 'r-2', 'r-3', 'r-4'),
  active: fc.boolean(),
  attributes: accountAttributes,
  entitlements,
  externalId: fc.constantFrom('p-zoe', 'p-max', null),
  userName: fc.oneof(name, fc.constant(null)),
  emails: fc.array(fc.constantFrom('zoe@acme.test', 'max@acme.test'), { maxLength: 2 }),
});
