/** One attribute value. Multi-valued attributes are arrays; an absent key means no value. */
export type Value = string | number | boolean;
export type Attributes = Readonly<Record<string, Value | readonly Value[]>>;

/** Milliseconds since the epoch, UTC. Every time in Rollcall is one. */
export type Time = number;

/** The canonical attribute names every directory maps to (design.md, *Words*); custom ones stand beside them. */
export const canonicalAttributes = [
  'email',
  'userName',
  'samAccountName',
  'userPrincipalName',
  'employeeId',
  'givenName',
  'familyName',
  'displayName',
  'title',
  'department',
  'company',
  'manager',
  'location',
  'phone',
  'startDate',
  'endDate',
  'memberOf',
] as const;

export type PersonStatus = 'active' | 'suspended' | 'left';

/** One directory's entry for a human. */
export type DirectoryRecord = {
  directory: string;
  /** The immutable id in that directory. */
  externalId: string;
  status: PersonStatus;
  attributes: Attributes;
  /** `status` was said by the directory (`explicit`) or follows from absence in a complete full read (`absent`). */
  said: 'explicit' | 'absent';
};

/** Everything stored and changed by compare-and-set carries its version, and the events not yet published. */
export type Versioned = { readonly id: string; readonly version: number; readonly outbox: readonly RollcallEvent[] };

/** One human: the records of all directories joined by key, attributes by precedence of the directories' order. */
export type Person = Versioned & {
  records: readonly DirectoryRecord[];
  attributes: Attributes;
  status: PersonStatus;
  /** Did some directory say so (`explicit`), or does it follow from absence alone? */
  said: 'explicit' | 'absent';
  /** Raised whenever attributes or status change. */
  revision: number;
  /** Normalised join keys of the records, and their addresses: `employeeId=1001`, `email=zoe@acme.test`. */
  keys: readonly string[];
  /** The logins do not yet follow this revision or the configuration. */
  dirty: boolean;
  /** When time itself changes the wish: start date, end date. Null: never. */
  wakeAt: Time | null;
  /** The one Slack user pinned to this person. */
  slack: SlackIdentity | null;
  /** Since when the person is suspended or gone; null while active. */
  leftAt: Time | null;
  /** Disabled by name (`/provision disable`), whatever the directories say, until released. */
  stop: { by: Actor; at: Time; reason: string | null } | null;
  /** Whose change of the configuration, disable or release makes the next plan: the requester of what it causes. */
  plannedFor: Actor | null;
  /** Access asked for, newest last; what is over stays for the record, up to a limit. Absent: none. */
  grants?: readonly Grant[];
  /** People who may be the same human under another id of one directory: nothing is planned before an admin has said so or not. */
  twins: readonly string[];
  /** When their personal data was erased: nothing but the id is left. Absent: it was not. */
  erasedAt?: Time;
};

/** Access to an app, or to the apps of a role, that somebody asked for. Whether it was given is on the login of each app. */
export type Grant = {
  id: string;
  app: string | null;
  role: string | null;
  /** The last day, `YYYY-MM-DD`; null: for good. */
  until: string | null;
  why: string;
  by: Actor;
  at: Time;
  /** When it was withdrawn or taken back; null: not. */
  endedAt: Time | null;
};

export type SlackIdentity = { team: string; user: string };

/** Who did it. A person acts from Slack or the CLI; everything else is Rollcall itself. */
export type Actor =
  | { kind: 'person'; person: string; name: string; via: 'slack' | 'cli' }
  | { kind: 'operator'; name: string; via: 'cli' }
  | { kind: 'system'; name: string };

/** One link of a reason chain: person → mapping → role → rule → parameter. */
export type Reason = {
  kind: 'status' | 'mapping' | 'member' | 'role' | 'rule' | 'parameter' | 'default';
  /** Name of the mapping, role, rule or target. */
  name: string;
  /** A plain sentence fragment: `department is Sales`. */
  because: string;
  /** The app's attribute the link explains, where it explains one. */
  target?: string;
};

/** Why the wish is what it is. */
export type Cause = 'role' | 'role-loss' | 'suspended' | 'left' | 'not-started';

/** What a login's account should be. `kept`: leave whatever is there as it is; `none`: there should be nothing to do. */
export type Wish = {
  state: 'active' | 'suspended' | 'deleted' | 'kept' | 'none';
  cause: Cause;
  attributes: Attributes;
  /** target → values of the app's own, sorted. */
  entitlements: Readonly<Record<string, readonly string[]>>;
  /** Written beside `attributes` when the account is made, and never after. Absent: nothing. */
  first?: Attributes;
  /** The deletion follows once this is done: whoever leaves is suspended first where the deletion may have to wait. */
  beforeDeletion?: true;
  reasons: readonly Reason[];
};

export type AccountState = 'none' | 'active' | 'suspended' | 'deleted' | 'missing';
export type Provenance = 'created' | 'adopted' | 'unmanaged';

/** An account as the app shows it. */
export type Account = {
  remoteId: string;
  active: boolean;
  attributes: Attributes;
  entitlements: Readonly<Record<string, readonly string[]>>;
};

export type OperationKind = 'create' | 'update' | 'suspend' | 'reactivate' | 'delete' | 'adopt';
export type OperationState =
  | 'planned'
  | 'awaiting'
  | 'held'
  | 'approved'
  | 'applying'
  | 'handed'
  | 'applied'
  | 'rejected'
  | 'failed'
  | 'superseded';

/** The part of an account an operation reads or writes. */
export type AccountView = {
  active: boolean;
  attributes: Attributes;
  entitlements: Readonly<Record<string, readonly string[]>>;
};

/** What a person reads when an operation failed or is held, and what to do. */
export type Trouble = {
  kind: string;
  message: string;
  remedy: string;
  at: Time;
  /** Held after so many attempts: *retry* puts it back. */
  tries?: number;
};

/** One change of one account. Its hash binds an approval to exactly this change. */
export type Operation = {
  id: string;
  person: string;
  app: string;
  /** The account in the app; null before it exists. */
  remoteId: string | null;
  kind: OperationKind;
  before: AccountView | null;
  after: AccountView | null;
  /** Revision of the login's wish the operation fulfils. */
  revision: number;
  hash: string;
  state: OperationState;
  cause: Cause;
  /** A directory or a person said so; not mere absence. */
  explicit: boolean;
  /** Whoever named this person and app, if anybody did: never an approver of it. */
  requester: Actor | null;
  reasons: readonly Reason[];
  /** Ids of the grants that alone cause it and that nobody has consented to yet: its decision is theirs. Absent: none. */
  grants?: readonly string[];
  ask: { approval: string; hash: string } | null;
  /** What the account of an adoption was found by: `externalId`, `userName`, `email`. Null where it was not searched for. */
  foundBy: string | null;
  decidedBy: readonly Actor[];
  trouble: Trouble | null;
  /** Transitions so far; makes the id of each one's event. */
  steps: number;
  createdAt: Time;
  changedAt: Time;
};

/** The append-only record of a thing that happened. Chain fields are set by the publisher. */
export type RollcallEvent = {
  id: string;
  v: 1;
  at: Time;
  type: string;
  person: string | null;
  app: string | null;
  operation: string | null;
  /** The approval the operation was asked in: its card shows this event. */
  approval: string | null;
  kind: OperationKind | null;
  actor: Actor;
  /** The status word people read after this event, for filters. */
  status: string | null;
  message: string;
  reasons: readonly Reason[];
  before: AccountView | null;
  after: AccountView | null;
  /** What an anchor notes of all chains. Only on `audit.anchored`. */
  anchor?: AnchorNote;
  /** Which events lost somebody's personal data, and what is left of each. Only on `audit.erased`. */
  erasure?: ErasureNote;
  /** SHA-256 of all fields above; survives the erasure of personal data. */
  digest: string;
};

/** The last event of a chain at a moment. */
export type AnchoredHead = { partition: string; sequence: number; hash: string };

/** Where every chain ended at a moment. `digest` is that of the heads; `previous` the hash of the anchor event before. */
export type AnchorNote = { events: number; heads: readonly AnchoredHead[]; digest: string; previous: string };

/** The places of erased events in their chains; `rest` is the digest of what is left there. */
export type ErasureNote = { places: readonly { partition: string; sequence: number; rest: string }[] };
