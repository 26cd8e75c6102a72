import fc from 'fast-check';
import type { Approval } from '../../../src/core/approval-model.ts';
import type { Delegation } from '../../../src/core/delegation.ts';
import type { Login } from '../../../src/core/login-model.ts';
import type { OperationState, Person } from '../../../src/core/model.ts';
import type { Secret } from '../../../src/core/password.ts';
import type { StoredPause } from '../../../src/core/pausing.ts';
import type { AppHealth } from '../../../src/core/quarantine.ts';
import { anEvent, anOperation, aRecord, sealedUnder } from './builders.ts';

/** Names, ids and times come from small sets, so that random commands meet each other. */
export const digit = fc.integer({ min: 0, max: 4 });
export const few = fc.uniqueArray(digit, { minLength: 1, maxLength: 4 });
export const time = fc.integer({ min: 0, max: 6 });
export const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
export const limit = fc.integer({ min: 1, max: 3 });
export const app = fc.constantFrom('crm', 'erp');
const states: OperationState[] = ['awaiting', 'approved', 'applied'];
export const state = fc.constantFrom(...states);
const nameOf = fc.constantFrom('Zoé Smith', 'zoe', 'Adam Smith', 'bob', 'BOB', '李');
export const outbox = fc.uniqueArray(digit, { maxLength: 2 }).map((ids) => ids.map((id) => anEvent(`e-${id}`)));

export const personChange: fc.Arbitrary<Partial<Person>> = fc
  .record({
    name: nameOf,
    status: fc.constantFrom('active', 'suspended', 'left'),
    dirty: fc.boolean(),
    wakeAt: maybe(time),
    slack: maybe(digit),
    records: fc.uniqueArray(digit, { maxLength: 2 }),
    outbox,
  })
  .map(({ name, slack, records, ...rest }) => ({
    ...rest,
    status: rest.status as Person['status'],
    attributes: { displayName: name, email: `${name.slice(0, 3)}@acme.test` },
    slack: slack === null ? null : { team: 'T', user: `U${slack}` },
    records: records.map((id) => aRecord(`r-${id}`, { status: rest.status as Person['status'] })),
    keys: records.map((id) => `k-${id}`),
  }));

const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
const pinnedAt = (at: number): NonNullable<Login['pin']> => ({
  wish: { state: 'active', cause: 'role', attributes: { title: 'Rep' }, entitlements: { groups: ['A'] }, reasons: [] },
  ...{ by: ops, at, undoes: 'o-1', unlinks: true },
});

export const loginChange: fc.Arbitrary<Partial<Login>> = fc
  .record({
    nextAt: maybe(time),
    lane: fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2),
    remoteId: maybe(digit),
    removedAt: maybe(time),
    keepUntil: maybe(time),
    remindedAt: maybe(time),
    pin: maybe(time.map(pinnedAt)),
    chosen: maybe(time.map((at) => ({ remoteId: 'r-1', not: ['r-2'], by: ops, at }))),
    dropped: fc.array(fc.record({ target: fc.constant('groups'), value: digit.map(String) }), { maxLength: 2 }),
    account: fc.constantFrom<Login['account'][]>('none', 'active', 'suspended', 'deleted'),
    provenance: fc.constantFrom<Login['provenance'][]>(null, 'created', 'adopted', 'unmanaged'),
    asked: maybe(fc.record({ approval: digit, state })),
    outbox,
  })
  .map(({ asked, remoteId, ...rest }) => ({
    ...rest,
    remoteId: remoteId === null ? null : `r-${remoteId}`,
    operation:
      asked === null
        ? null
        : anOperation('p', 'a', { state: asked.state, ask: { approval: `a-${asked.approval}`, hash: '' } }),
  }));

export const approvalChange: fc.Arbitrary<Partial<Approval>> = fc.record({
  state: fc.constantFrom<Approval['state'][]>('gathering', 'open', 'approved', 'rejected', 'expired', 'closed'),
  createdAt: time,
  expiresAt: maybe(time),
  carriedOut: fc.boolean(),
  outbox,
});

export const healthChange: fc.Arbitrary<Partial<AppHealth>> = fc.record({
  pausedUntil: maybe(time),
  failures: digit,
  quarantine: maybe(
    fc.record({ since: time, kind: fc.constant('auth' as const), reason: nameOf, nextTry: time, tries: digit }),
  ),
  outbox,
});

export const delegationChange: fc.Arbitrary<Partial<Delegation>> = fc.record({
  delegate: fc.constantFrom('p-1', 'p-2'),
  until: time,
  ended: fc.boolean(),
  outbox,
});
export const pauseChange: fc.Arbitrary<Partial<StoredPause>> = fc.record({
  until: maybe(time),
  ended: fc.boolean(),
  outbox,
});

export const keyOf = fc.constantFrom('k-1', 'k-2', 'k-3');
export const secretChange: fc.Arbitrary<Partial<Secret>> = fc.record({
  person: digit.map((id) => `p-${id}`),
  sealed: maybe(keyOf.map(sealedUnder)),
  page: maybe(time.map((expires) => ({ purpose: 'set' as const, nonce: 'n', expires }))),
  waiting: fc.array(app, { maxLength: 2 }),
  nextAt: maybe(time),
  outbox,
});
