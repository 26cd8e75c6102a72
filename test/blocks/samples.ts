import type { ProposalView } from '../../blocks/config-view.ts';
import type { ApprovalView, EventView, LoginView } from '../../blocks/view.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { makeEvent } from '../../src/core/event.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { AccountView, Actor, Operation, OperationKind } from '../../src/core/model.ts';

/** Thursday, 20 November 2025, 09:00 UTC. */
export const now = Date.UTC(2025, 10, 20, 9);
const day = 86_400_000;

export const ada: Actor = { kind: 'person', person: 'p-ada', name: 'Ada Lovelace', via: 'slack' };

export const account = (attributes: AccountView['attributes'], groups: readonly string[] = []): AccountView => ({
  active: true,
  attributes,
  entitlements: groups.length === 0 ? {} : { groups },
});

export const zoe = account(
  { userName: 'zoe@acme.test', givenName: 'Zoe', familyName: 'Ångström', title: 'Account Manager' },
  ['Sales and Marketing'],
);

export function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: 'o-1',
    person: 'p-zoe',
    app: 'crm',
    remoteId: null,
    kind: 'create',
    before: null,
    after: zoe,
    revision: 1,
    hash: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    state: 'awaiting',
    cause: 'role',
    explicit: true,
    requester: null,
    reasons: [
      { kind: 'mapping', name: 'Sales people', because: 'department is Sales' },
      { kind: 'role', name: 'Sales', because: 'role Sales gives CRM' },
      { kind: 'parameter', name: 'userName', because: 'email of the person', target: 'userName' },
    ],
    ask: { approval: 'a-7Fq2', hash: '0123' },
    foundBy: null,
    decidedBy: [],
    trouble: null,
    steps: 1,
    createdAt: now,
    changedAt: now,
    ...change,
  };
}

export function login(change: Partial<Login> = {}): Login {
  return {
    id: 'l-1',
    version: 1,
    outbox: [],
    person: 'p-zoe',
    app: 'crm',
    partition: 'crm:0',
    revision: 1,
    wish: null,
    account: 'none',
    remoteId: null,
    observed: null,
    provenance: null,
    owned: [],
    operation: operation(),
    intent: null,
    attempts: 0,
    lane: 1,
    nextAt: null,
    removedAt: null,
    lostAt: null,
    lostExplicit: false,
    candidates: [],
    chosen: null,
    disassociated: false,
    basis: null,
    pin: null,
    keepUntil: null,
    remindedAt: null,
    dropped: [],
    former: [],
    accepted: [],
    ...change,
  };
}

export const loginView = (change: Partial<LoginView> = {}): LoginView => ({
  login: login(),
  personName: 'Zoe Ångström',
  appTitle: 'CRM',
  word: 'pending approval',
  explanation: '',
  ...change,
});

/** Without steps of its own, the one step says what `circle` and `quorum` say. */
export function approval(change: Partial<Approval> = {}): Approval {
  const { circle = ['p-ada', 'p-bob'], quorum = 1 } = change;
  return {
    steps: [{ who: [], circle, fallback: [], quorum, fellBack: false }],
    step: 0,
    risk: 'normal',
    escalatedAt: null,
    stuckAt: null,
    patience: 3 * day,
    askedAt: now,
    id: 'a-7Fq2',
    version: 1,
    outbox: [],
    kind: 'person',
    app: 'crm',
    operationKind: 'create',
    foundBy: null,
    person: 'p-zoe',
    leaving: false,
    urgent: false,
    circle,
    quorum,
    state: 'open',
    operations: 1,
    people: 1,
    edition: 1,
    requester: null,
    votes: [],
    decidedBy: null,
    decidedAt: null,
    reason: null,
    carriedOut: false,
    chosen: null,
    remindedAt: null,
    expiresAt: now + 3 * day,
    createdAt: now,
    ...change,
  };
}

export const approvalView = (change: Partial<ApprovalView> = {}): ApprovalView => ({
  approval: approval(),
  logins: [loginView()],
  total: 1,
  tally: { awaiting: 1 },
  circle: [
    { person: 'p-ada', name: 'Ada Lovelace', slack: { team: 'T0ACME', user: 'U0ADA' } },
    { person: 'p-bob', name: 'Bob Stone', slack: null },
  ],
  personName: 'Zoe Ångström',
  personTitle: 'Account Manager',
  appTitle: 'CRM',
  ...change,
});

/** A card of this operation kind in this state of operation. */
export const withOperation = (change: Partial<Operation>, approvalChange: Partial<Approval> = {}): ApprovalView =>
  approvalView({
    approval: approval({ operationKind: change.kind ?? 'create', ...approvalChange }),
    logins: [loginView({ login: login({ operation: operation(change) }) })],
    tally: { [change.state ?? 'awaiting']: 1 },
  });

/** `count` people of one app and kind in one request. */
export function batch(count: number, kind: OperationKind = 'create', change: Partial<Approval> = {}): ApprovalView {
  const logins = Array.from({ length: Math.min(count, 60) }, (_, index) =>
    loginView({
      personName: `Person ${index + 1}`,
      login: login({ id: `l-${index + 1}`, operation: operation({ kind, person: `p-${index + 1}` }) }),
    }),
  );
  return approvalView({
    approval: approval({
      kind: 'batch',
      operationKind: kind,
      person: null,
      operations: count,
      people: count,
      ...change,
    }),
    logins,
    total: count,
    tally: { awaiting: count },
    personName: null,
    personTitle: null,
  });
}

export const eventView = (change: Partial<EventView> = {}): EventView => ({
  event: makeEvent(
    { type: 'operation.approve', message: 'create approved', actor: ada, person: 'p-zoe', app: 'crm' },
    'e-1',
    now,
  ),
  personName: 'Zoe Ångström',
  appTitle: 'CRM',
  ...change,
});

/** Ada has proposed to change how many decide. */
export const proposalView = (change: Partial<ProposalView['proposal']> = {}): ProposalView => ({
  proposal: {
    ...{ id: 'c-7k2', by: ada, at: now, state: 'open', agreed: null, decidedBy: null, decidedAt: null, reason: null },
    plan: {
      people: 4,
      counts: [{ app: 'crm', kind: 'suspend', count: 4 }],
      sample: [{ personName: 'Zoe Ångström', app: 'crm', kind: 'suspend', why: 'goes ahead unasked' }],
    },
    ...change,
  },
  lines: ['quorum: 1 → 2', 'mapping Sales people: removed'],
  power: ['quorum: 1 → 2'],
  deciders: [
    { name: 'Bea Stone', slack: { team: 'T1', user: 'U0BEA00001' } },
    { name: 'Cem Ray', slack: null },
  ],
});
