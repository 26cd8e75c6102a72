import type { Approval } from '../../../src/core/approval-model.ts';
import type { ListedAccount } from '../../../src/core/connector.ts';
import type { Delegation } from '../../../src/core/delegation.ts';
import { type ChainedEvent, chain, chainStart, makeEvent, system } from '../../../src/core/event.ts';
import { newLogin } from '../../../src/core/login.ts';
import type { Login } from '../../../src/core/login-model.ts';
import type { Attributes, DirectoryRecord, Operation, Person, RollcallEvent } from '../../../src/core/model.ts';
import { makeOperation } from '../../../src/core/operation.ts';
import type { Sealed, Secret } from '../../../src/core/password.ts';
import type { StoredPause } from '../../../src/core/pausing.ts';

/** Plain documents for contract tests: valid, short, and each field open to change. */
export const aRecord = (externalId: string, change: Partial<DirectoryRecord> = {}): DirectoryRecord => ({
  directory: 'hr',
  externalId,
  status: 'active',
  attributes: {},
  said: 'explicit',
  ...change,
});

export const aPerson = (id: string, change: Partial<Person> = {}): Person => ({
  id,
  version: 0,
  outbox: [],
  records: [aRecord(`x-${id}`)],
  attributes: { displayName: `Name of ${id}` },
  status: 'active',
  said: 'explicit',
  revision: 1,
  keys: [`employeeId=${id}`],
  dirty: false,
  wakeAt: null,
  slack: null,
  leftAt: null,
  stop: null,
  plannedFor: null,
  twins: [],
  ...change,
});

export const named = (id: string, attributes: Attributes, change: Partial<Person> = {}): Person =>
  aPerson(id, { attributes, ...change });

export const aLogin = (person: string, app: string, change: Partial<Login> = {}): Login => ({
  ...newLogin(person, app, 1),
  ...change,
});

export const anOperation = (person: string, app: string, change: Partial<Operation> = {}): Operation => ({
  ...makeOperation(
    {
      id: `o-${person}-${app}`,
      person,
      app,
      remoteId: null,
      kind: 'create',
      before: null,
      after: { active: true, attributes: {}, entitlements: {} },
      revision: 1,
      cause: 'role',
      explicit: false,
      requester: null,
      reasons: [],
    },
    1,
  ),
  ...change,
});

export const asked = (person: string, app: string, approval: string, change: Partial<Operation> = {}): Login =>
  aLogin(person, app, {
    operation: anOperation(person, app, { state: 'awaiting', ask: { approval, hash: 'h' }, ...change }),
  });

export const anApproval = (id: string, change: Partial<Approval> = {}): Approval => ({
  id,
  version: 0,
  outbox: [],
  kind: 'person',
  app: null,
  operationKind: null,
  foundBy: null,
  person: null,
  leaving: false,
  urgent: false,
  steps: [{ who: [], circle: ['p-ada'], fallback: [], quorum: 1, fellBack: false }],
  step: 0,
  circle: ['p-ada'],
  quorum: 1,
  risk: 'normal',
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
  escalatedAt: null,
  stuckAt: null,
  patience: 0,
  askedAt: null,
  expiresAt: null,
  createdAt: 0,
  ...change,
});

export const anEvent = (id: string, change: Partial<RollcallEvent> = {}): RollcallEvent =>
  makeEvent({ type: 'test', message: id, actor: system('test'), ...change }, id, change.at ?? 1);

export const aPause = (id: string, change: Partial<StoredPause> = {}): StoredPause => ({
  ...{ id, version: 0, outbox: [], app: 'crm', person: null, until: 50, reason: 'moving house', ended: false },
  ...{ by: system('test'), at: 1 },
  ...change,
});

export const aDelegation = (id: string, change: Partial<Delegation> = {}): Delegation => ({
  ...{ id, version: 0, outbox: [], delegate: 'p-bob', until: 50, by: system('test'), at: 1, ended: false },
  ...change,
});

export const sealedUnder = (key: string): Sealed => ({ key, nonce: 'AAAA', text: 'BBBB', tag: 'CCCC' });

export const aSecret = (id: string, change: Partial<Secret> = {}): Secret => ({
  ...{ id, version: 0, outbox: [], kind: 'generated', person: `p-${id}`, sealed: sealedUnder('key-1') },
  ...{ waiting: ['crm'], delivered: ['a.b'], page: { purpose: 'show', nonce: 'DDDD', expires: 90 } },
  ...{ told: false, attempts: 0, nextAt: 5, at: 1 },
  ...change,
});

/** Events chained one after the other from the start of the partition. */
export function chained(partition: string, events: readonly RollcallEvent[]): ChainedEvent[] {
  const links: ChainedEvent[] = [];
  for (const event of events)
    links.push(chain(event, partition, links[links.length - 1] ?? { sequence: 0, hash: chainStart }));
  return links;
}

export const anAccount = (remoteId: string, change: Partial<ListedAccount> = {}): ListedAccount => ({
  remoteId,
  active: true,
  attributes: {},
  entitlements: {},
  externalId: null,
  userName: null,
  emails: [],
  ...change,
});

/** The same document one version on. */
export const next = <T extends { version: number }>(document: T, change: Partial<T> = {}): T => ({
  ...document,
  ...change,
  version: document.version + 1,
});

export const idsOf = (documents: readonly { id: string }[]): string[] => documents.map(({ id }) => id);
export const sortedIds = (documents: readonly { id: string }[]): string[] => idsOf(documents).sort();
