import type { Login } from '../core/login-model.ts';
import type { AccountView, Actor, OperationKind, Person, Reason, Time, Wish } from '../core/model.ts';
import type { AccessRequest, Requestable, RequestView } from './act/request.ts';
import type { ReconcileDeps } from './plan/reconcile.ts';
import type { Deps } from './ports.ts';
import type { LoginView } from './use-cases.ts';

/** What the use cases of governance stand on. */
export type GovernanceDeps = ReconcileDeps & Pick<Deps, 'timings'>;

/** What a person named: an app, a person, or a person in an app. */
export type Named = { app?: string; person?: string };

/** Why an account is, or is not, what it is: person → mapping → role → rule → parameter. */
export type Explanation = {
  person: string;
  personName: string;
  app: string;
  appTitle: string;
  word: string;
  /** One plain sentence: what is wished and the shortest why. */
  text: string;
  wished: Wish['state'];
  /** Why there shall be an account, or why not. */
  chain: readonly Reason[];
  /** Each attribute and entitlement value wished, with its own chain. */
  targets: readonly { target: string; value: string; chain: readonly Reason[] }[];
  /** For each role that has the app and the person is not in: the mapping nearest to holding, and what would make it hold. */
  near: readonly { role: string; mapping: string; condition: string; has: string; wants: string }[];
};

/** What an undo would do, step by step, and what cannot be undone. */
export type UndoPlan = {
  text: string;
  steps: readonly {
    login: string;
    personName: string;
    app: string;
    kind: OperationKind;
    before: AccountView | null;
    after: AccountView | null;
    /** A plain sentence on what the kind does not say: what stays, what follows, what cannot be undone. */
    note?: string;
  }[];
  cannot: readonly { login: string; personName: string; app: string; why: string }[];
};

/** An account a login could be linked to, and what linking it would overwrite. */
export type MatchCandidate = {
  remoteId: string;
  userName: string | null;
  emails: readonly string[];
  active: boolean;
  /** Name of the person whose login holds it, if anybody’s does: it cannot be chosen then. */
  heldBy: string | null;
  /** Attributes and entitlements that would change: `title: Clerk → Head of Sales`. */
  difference: readonly string[];
};
export type RematchOutcome =
  | { result: 'choose'; candidates: readonly MatchCandidate[]; text: string }
  /** `made`: a new account is on its way, unasked. `linked`: it is that account already. */
  | { result: 'asked' | 'made' | 'linked' | 'nothing'; text: string };

/** Progress of long work, for people who watch: `done` of `total` (null: not known). */
export type Progress = (done: number, total: number | null) => void;
export type RefreshReport = { app: string; found: number; added: number; gone: number; text: string };

/** The accounts of an app held against our people, read only. */
export type Discovery = {
  app: string;
  accounts: number;
  /** People with exactly one account that could be theirs, by what it was found by: `externalId`, `userName`, `email`. */
  matched: Readonly<Record<string, number>>;
  /** People with several candidates. */
  ambiguous: number;
  /** People wished in the app without any account. */
  unmatched: number;
  /** Accounts that belong to nobody we know. */
  ownerless: number;
  managed: number;
  /** Its provisioning is enabled; before that nobody is asked to take an account over. */
  enabled: boolean;
  /** Open requests to take accounts of it over, by what these were found by; the largest first. */
  requests: readonly { foundBy: string | null; approval: string; operations: number }[];
  text: string;
};
export type DiscoveryRow = {
  situation: 'linked' | 'unlinked' | 'unmatched' | 'disputed' | 'deleted' | 'collision' | 'ownerless';
  remoteId: string | null;
  userName: string | null;
  person: string | null;
  personName: string | null;
  foundBy: string | null;
};

export type Pause = { subject: Named; until: Time | null; reason: string | null; by: Actor; at: Time };

/** What a retry would put back: how many, and the names of some of them. */
export type RetryPreview = { count: number; people: readonly string[]; text: string };

/** Who had an account in an app at a moment, from events alone. */
export type Holding = {
  person: string;
  personName: string;
  app: string;
  state: 'active' | 'suspended';
  since: Time;
  entitlements: Readonly<Record<string, readonly string[]>>;
  approvedBy: readonly string[];
  reason: string;
};
/** A row of an access review. */
export type AccessRow = Holding & { account: Login['account']; word: string; changedAt: Time };

/** Everything somebody who leaves had, and what a human must still do. */
export type LeaverReport = {
  person: string;
  personName: string;
  status: Person['status'];
  leftAt: Time | null;
  closed: readonly LoginView[];
  pending: readonly LoginView[];
  failed: readonly LoginView[];
  /** Accounts Rollcall does not manage: a human has to close them. */
  open: readonly OpenAccount[];
  text: string;
};

/**
 * An account a human has to close. `closers`: ids of those whose word is taken that it is, where sign-on made it. Absent: nobody's,
 * since the app's list shows it.
 */
export type OpenAccount = LoginView & { closers?: readonly string[] };

/** A suspended account of a leaver that will be deleted when its grace is over. */
export type GraceDue = {
  person: string;
  personName: string;
  app: string;
  appTitle: string;
  /** Out of use since. */
  since: Time;
  remindAt: Time | null;
  deletesAt: Time;
  keptUntil: Time | null;
  /** When the reminder of it was last given. */
  remindedAt: Time | null;
  /** The deletion is asked before it is made. */
  asks: boolean;
  /** Ids of the people who may decide about it. */
  circle: readonly string[];
};

/** A newcomer who may be one of these people under another id. */
export type TwinView = {
  newcomer: string;
  newcomerName: string;
  /** `1001 in hr` */
  records: readonly string[];
  people: readonly { person: string; personName: string }[];
};

export type RoleView = {
  name: string;
  title: string;
  apps: readonly string[];
  members: readonly { email: string; until: string | null }[];
  /** People in it now, by mapping or by hand. */
  people: number;
};

/** What admins do by name. Each answers with a plain sentence; each is recorded as the actor's. */
export type Governance = {
  explain(person: string, app: string): Promise<Explanation>;
  /** Of one operation, or of everything an approval let through. `carryOut` false: only what it would do. */
  undo(what: { operation: string } | { approval: string }, actor: Actor, carryOut: boolean): Promise<UndoPlan>;
  /** Lifts pins and a disable by name: the computed wish holds again. */
  release(person: string, app: string | null, actor: Actor): Promise<{ text: string }>;
  disassociate(person: string, app: string, actor: Actor): Promise<{ text: string }>;
  /** Finds candidates; `choice` is a remote id, or `none` to have an account made. Linking is asked as an adoption. */
  rematch(person: string, app: string, actor: Actor, choice: string | null): Promise<RematchOutcome>;
  refresh(app: string, actor: Actor, progress?: Progress): Promise<RefreshReport>;
  discover(app: string): Promise<Discovery>;
  discoveryRows(app: string): AsyncIterable<DiscoveryRow>;
  /** An account without an owner: leave it for good, or ask the app's owners whose it is. */
  triage(app: string, remoteId: string, act: 'leave' | 'ask', actor: Actor): Promise<{ text: string }>;
  pause(subject: Named, until: Time | null, reason: string | null, actor: Actor): Promise<{ text: string }>;
  resume(subject: Named, actor: Actor): Promise<{ text: string }>;
  pauses(): Promise<Pause[]>;
  /** Everything failed or held by attempts in the app (of one cause), or of one person, is tried again. */
  retry(subject: Named & { cause?: string }, actor: Actor): Promise<{ text: string }>;
  /** What that would put back, changing nothing. */
  retryPreview(subject: Named & { cause?: string }, actor: Actor): Promise<RetryPreview>;
  /** Suspends everywhere at once, whatever the directories say, until released. */
  disable(person: string, reason: string | null, actor: Actor): Promise<{ text: string }>;
  keepLonger(person: string, app: string, until: Time, actor: Actor): Promise<{ text: string }>;
  /** A human closed an account that sign-on had made, and says so; the leaver report names them in `closers`. */
  markClosed(person: string, app: string, note: string | null, actor: Actor): Promise<{ text: string }>;
  /** An admin says that this was a mistake. */
  unmarkClosed(person: string, app: string, why: string, actor: Actor): Promise<{ text: string }>;
  /** What the grace ladder will delete, the next first: in every app of everybody, or of what was named. */
  graceDue(named?: Named): Promise<GraceDue[]>;
  roles(): Promise<RoleView[]>;
  /** Puts somebody into a role by hand (until a day), or takes them out. */
  setMember(
    role: string,
    email: string,
    member: { until: string | null } | null,
    actor: Actor,
  ): Promise<{ text: string }>;
  /** Newcomers in doubt: the same human under a new id, or somebody new? */
  twins(limit: number): Promise<TwinView[]>;
  /** Says who a newcomer is: one of those they may be, or null for somebody new. */
  sameAs(newcomer: string, person: string | null, actor: Actor): Promise<{ text: string }>;
  /** What the person may ask for themselves. */
  requestables(person: string): Promise<Requestable[]>;
  /** Asks for access in the person's name. */
  requestAccess(person: string, wanted: AccessRequest, actor: Actor): Promise<{ text: string; id: string }>;
  /** What the person asked for, the newest first. */
  requestsOf(person: string): Promise<RequestView[]>;
  /** Withdraws a request, or takes back what came of it. */
  endRequest(person: string, request: string, actor: Actor): Promise<{ text: string }>;
  leaver(person: string): Promise<LeaverReport>;
  whoHad(app: string, at: Time): Promise<Holding[]>;
  accessReview(app: string | null): AsyncIterable<AccessRow>;
};
