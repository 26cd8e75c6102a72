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
  /** Normalised join keys of the records: `employeeId=1001`, `email=zoe@acme.test`. */
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
  /** Whose change of the configuration makes the next plan: the requester of what it causes. */
  plannedFor: Actor | null;
  /** Access asked for, newest last; what is over stays for the record, up to a limit. Absent: none. */
  grants?: readonly Grant[];
  /** People who may be the same human under another id of one directory: nothing is planned before an admin has said so or not. */
  twins: readonly string[];
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

/** Written before the call. While it stands and the outcome is not known, nothing is sent blind again. */
export type Intent = { attempt: string; epoch: number; at: Time; outcome: 'pending' | 'unknown' };

/** One value of an entitlement target that Rollcall gave or took over; anything else in the app is not ours. */
export type OwnedEntitlement = { target: string; value: string; provenance: 'created' | 'adopted' };

/** The person's revision and the edition of the configuration a plan saw. */
export type Basis = { revision: number; edition: number };

/** A wish that holds instead of the computed one until somebody releases it: what an undo, or a person, decided. */
export type Pin = {
  wish: Wish;
  by: Actor;
  at: Time;
  /** The operation that was undone. */
  undoes: string | null;
  /** Once the account is as pinned it is unlinked: an adoption was undone. */
  unlinks?: boolean;
};

/**
 * Which account somebody said is this person's; `remoteId` null: none of those there. Holds until there is an account. `not`: the
 * accounts they were shown and did not choose.
 */
export type Chosen = { remoteId: string | null; not: readonly string[]; by: Actor; at: Time };

/** A value found changed by hand and accepted: it stands until the wish for it is another. */
export type AcceptedDrift = {
  target: string;
  wished: Value | readonly Value[] | null;
  found: Value | readonly Value[] | null;
  at: Time;
};

/** The one document per person and app. */
export type Login = Versioned & {
  person: string;
  app: string;
  /** `app:shard`, fixed for life. */
  partition: string;
  /** Raised when the wish changes. */
  revision: number;
  wish: Wish | null;
  /** What the wish was made from; an older plan never overwrites a newer one, and what is applied follows the newest person. */
  basis: Basis | null;
  account: AccountState;
  remoteId: string | null;
  /** `byHand`: it shows what somebody changed in the app, and what is not yet put back. */
  observed: (AccountView & { at: Time; byHand?: boolean }) | null;
  provenance: Provenance | null;
  owned: readonly OwnedEntitlement[];
  /** The open operation, or the last one when none is open. */
  operation: Operation | null;
  intent: Intent | null;
  /** Calls started for the current operation, counted before each. */
  attempts: number;
  /** 0: leaving, 1: a person waits, 2: bulk. */
  lane: 0 | 1 | 2;
  /** When the worker next looks at it; null: nothing to do. */
  nextAt: Time | null;
  /** When the account was last suspended or deleted, or set on the way to it. */
  removedAt: Time | null;
  /**
   * When the person last lost something here that no admin had let through: the account, entitlements, or the address it is known
   * by. The deletion threshold counts these.
   */
  lostAt: Time | null;
  /** The loss was a disable that a directory or a person had said, and is judged with its like first. */
  lostExplicit: boolean;
  /** Candidates when several accounts match; remote ids. */
  candidates: readonly string[];
  chosen: Chosen | null;
  /** Unlinked by hand: left alone until rematched. */
  disassociated: boolean;
  pin: Pin | null;
  /** The grace ladder deletes not before this; *keep longer*. */
  keepUntil: Time | null;
  /** When the reminder of the grace ladder was given; one for each suspension. */
  remindedAt: Time | null;
  /** Memberships that were not ours and that the app dropped when we suspended the account: a reactivation gives them back. */
  dropped: readonly { target: string; value: string }[];
  /** Remote ids of earlier accounts of this person here, deleted or unlinked. */
  former: readonly string[];
  accepted: readonly AcceptedDrift[];
  /** What was decided here of the access the person asked for, by the id of the grant. Absent: nothing asked for. */
  consents?: Readonly<Record<string, 'given' | 'refused'>>;
};

export type ApprovalState = 'gathering' | 'open' | 'approved' | 'rejected' | 'expired' | 'closed';

/** One step of an approval; the next one is asked when its quorum is reached. */
export type ApprovalStep = {
  /** As the configuration names them, for people to read: `manager`, `owners`, an address. */
  who: readonly string[];
  /** Ids of the people who may decide in it. */
  circle: readonly string[];
  /** Ids of those who are asked where too few are left of the circle, or nobody answers in time. */
  fallback: readonly string[];
  quorum: number;
  /** Others than `who` decide in it as well, since those were too few or did not answer. */
  fellBack: boolean;
};

/** A consent, and the step it was given in. `for`: in whose place a delegate gave it; null: in their own. */
export type Vote = {
  person: string;
  name: string;
  at: Time;
  step: number;
  for: { person: string; name: string } | null;
};

/** A press of something risky, which counts once whoever pressed has signed in anew. `only`: the logins chosen; null: all. */
export type Intention = {
  person: string;
  decision: 'approve' | 'reject';
  reason: string | null;
  only: readonly string[] | null;
  edition: number | null;
  /** Of the link they sign in by, which is worked out from it and stored nowhere. */
  nonce: string;
  at: Time;
  expires: Time;
};

/**
 * Consent to operations. The operations are not listed here: each login's open operation names its approval and the hash
 * that was asked, so that a first import of 100,000 people is one small document and one decision.
 */
export type Approval = Versioned & {
  /** `person`: one person's operations; `batch`: one app and kind; `threshold`: what the deletion threshold held. */
  kind: 'person' | 'batch' | 'threshold';
  /** Set where all operations are of one app, one kind, one person. */
  app: string | null;
  operationKind: OperationKind | null;
  /** What the accounts of its adoptions were all found by. */
  foundBy: string | null;
  person: string | null;
  /** About somebody leaving: never shown in a public channel, never lapses. */
  leaving: boolean;
  urgent: boolean;
  steps: readonly ApprovalStep[];
  /** The step that is asked now, from 0. */
  step: number;
  /** Of the present step: ids of the people who may decide, and how many have to. */
  circle: readonly string[];
  quorum: number;
  /** `high`: whoever decides signs in anew first. */
  risk: 'normal' | 'high';
  /** Presses that wait for their sign-in, one for each person. Absent: none. */
  intentions?: readonly Intention[];
  state: ApprovalState;
  /** Operations and people it was asked for. */
  operations: number;
  people: number;
  /** Raised when operations join after it was posted: a click on an older card decides nothing. */
  edition: number;
  requester: Actor | null;
  /** Of all steps, in order; nobody has two. */
  votes: readonly Vote[];
  decidedBy: Actor | null;
  decidedAt: Time | null;
  /** Given with a rejection, or why it was held. */
  reason: string | null;
  /** Every operation follows the decision. */
  carriedOut: boolean;
  /** Ids of the logins somebody chose out of it: only these follow the decision, the rest is asked anew. Null: all. */
  chosen: readonly string[] | null;
  /** When the circle was last told that it still waits. */
  remindedAt: Time | null;
  /** When others were asked beside the circle, since it did not answer. */
  escalatedAt: Time | null;
  /** Since when too few are left who may decide; null: there are enough. */
  stuckAt: Time | null;
  /** How long each step waits, milliseconds. */
  patience: number;
  /** Since when the present step is asked; null: not yet. */
  askedAt: Time | null;
  expiresAt: Time | null;
  createdAt: Time;
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
  /** SHA-256 of all fields above; survives the erasure of personal data. */
  digest: string;
};
