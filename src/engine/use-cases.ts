import type { Approval } from '../core/approval-model.ts';
import type { Powers } from '../core/audience.ts';
import type { Digest } from '../core/digest.ts';
import type { ChainedEvent } from '../core/event.ts';
import type { Login } from '../core/login-model.ts';
import type { AccountView, Actor, OperationKind, Person, Reason, SlackIdentity, Time } from '../core/model.ts';
import type { HoldUp } from '../core/pausing.ts';
import type { Approving, Decider } from './approve/approving.ts';
import type { SignIn } from './approve/sign-in.ts';
import type { Configuring } from './configure/configuring.ts';
import type { Connecting } from './connect/connecting.ts';
import type { Finding } from './examine/finding.ts';
import type { Governance } from './governance.ts';
import type { Once } from './password/once.ts';
import type { Passwords } from './password/passwords.ts';
import type { AppHealth } from './ports.ts';
import type { SignOns } from './sign-on/sign-ons.ts';
import type { DirectoryState, EventFilter, LoginFilter } from './store-ports.ts';
import type { Notices } from './sync/notices.ts';
import type { FoundLogins, LoginSearch } from './tell/find-logins.ts';
import type { WelcomeView } from './tell/welcome.ts';

/** What Slack says of a caller; read fresh, never taken from the payload alone. */
export type SlackProfile = {
  email: string | null;
  name: string;
  guest: boolean;
  bot: boolean;
  deleted: boolean;
  /** Belongs to another organisation. */
  stranger: boolean;
};

/** Who is calling, or a plain sentence why nobody we know, with what to do. */
export type Caller =
  | { known: true; person: Person; powers: Powers }
  | {
      known: false;
      reason: 'not-set-up' | 'outsider' | 'unknown' | 'ambiguous';
      text: string;
      /** Who it is, where they are pinned and do not work here any more. */
      gone?: Person;
    };

export type DecideInput = {
  approval: string;
  /** The edition the card showed; null when typed. */
  edition: number | null;
  decision: 'approve' | 'reject';
  reason: string | null;
  /** Ids of the logins it is about; the rest is asked anew. Left out: all. */
  only?: readonly string[];
  /** The nonce of the intention they signed in for; without, something risky waits for that. */
  signedIn?: string;
  actor: Person;
};
/** Which operations of a request: those of these people, or those a text finds. */
export type AskedBy = { people: readonly string[] } | { text: string };

/** `text` is a plain sentence for the one who pressed. */
export type DecideOutcome =
  | { result: 'decided'; approval: Approval; text: string }
  | { result: 'voted'; approval: Approval; missing: number; text: string }
  /** Nothing is decided before they have signed in by the link. */
  | { result: 'sign-in'; approval: Approval; link: string; text: string }
  | {
      result: 'refused';
      why: 'unknown' | 'already' | 'expired' | 'not-allowed' | 'self' | 'changed' | 'sign-in' | 'no-reason';
      approval: Approval | null;
      text: string;
    };

export type SyncReport = {
  directory: string;
  result: 'unchanged' | 'read' | 'refused' | 'busy' | 'failed';
  kind: 'full' | 'delta';
  rows: number;
  joined: number;
  changed: number;
  left: number;
  problems: readonly { place: string; message: string }[];
  /** Plain sentence: what happened, and what to do if it went wrong. */
  text: string;
};

/** One operation that would happen, with who it is about. */
export type PlannedOperation = {
  person: string;
  personName: string;
  app: string;
  kind: OperationKind;
  before: AccountView | null;
  after: AccountView | null;
  reasons: readonly Reason[];
  /** What policy would do with it. */
  verdict: 'go' | 'ask' | 'hold';
  why: string;
};
export type PlanPreview = {
  operations: readonly PlannedOperation[];
  /** More than shown, per app and kind. */
  counts: readonly { app: string; kind: OperationKind; count: number }[];
  /** Entitlement values that accounts would lose and stay, and how many people each. */
  taken: readonly { app: string; target: string; value: string; people: number }[];
  people: number;
  /** How long the changes of an app take at the rate it documents, in words: `about 25 minutes, at 180 changes a minute`. */
  durations?: readonly { app: string; text: string }[];
  /** Under another configuration: what becomes of people's passwords, a sentence for each app it changes. */
  passwords?: readonly string[];
};

export type Overview = {
  apps: readonly {
    app: string;
    title: string;
    words: Readonly<Record<string, number>>;
    health: AppHealth | null;
    heldUp: HoldUp;
    /** How long approved changes take still, in an app that documents a rate. */
    underWay: { count: number; until: Time; text: string } | null;
  }[];
  directories: readonly (DirectoryState & { title: string })[];
  waiting: number;
};

/** A login with the word people read and the name of its person. */
export type LoginView = {
  login: Login;
  personName: string;
  appTitle: string;
  word: string;
  explanation: string;
  /** What its open operation means for the person's password. */
  passwordNote?: string | null;
};

/** An approval with everything a card shows. */
export type ApprovalView = {
  approval: Approval;
  /** The first logins of it, in id order; `total` of all. */
  logins: readonly LoginView[];
  total: number;
  /** How many operations are in each state now. */
  tally: Readonly<Partial<Record<string, number>>>;
  /** Those who may decide the present step and work here, then those who may in their place. */
  circle: readonly Decider[];
  personName: string | null;
  personTitle: string | null;
  appTitle: string | null;
};

/** Everything the edges (Slack, CLI, web) may ask of the engine. */
export type UseCases = Governance &
  Once &
  Passwords &
  Approving &
  SignIn &
  Configuring &
  Notices &
  SignOns &
  Connecting & {
    identify(identity: SlackIdentity, profile: SlackProfile): Promise<Caller>;
    decide(input: DecideInput): Promise<DecideOutcome>;
    /** Reads the named directory, or all. */
    sync(directory: string | null, actor: Actor): Promise<SyncReport[]>;
    /** What would happen, changing nothing. */
    preview(filter: { person?: string; app?: string }, limit: number): Promise<PlanPreview>;
    /** Plans the person anew and retries what failed. */
    reprovision(person: string, app: string | null, actor: Actor): Promise<{ text: string }>;
    /** Everything at a glance. Every login is counted for it. */
    overview(): Promise<Overview>;
    /** What the apps of the configuration are called. */
    apps(): Promise<readonly { app: string; title: string }[]>;
    /** What needs a person now, by root cause, held against the last digest sent. */
    digest(): Promise<Digest>;
    logins(filter: LoginFilter & { word?: string }, after: string | null, limit: number): Promise<LoginView[]>;
    /** Everything that could stop Rollcall from working; changes nothing. */
    examine(): Promise<Finding[]>;
    /** Connections whose credentials end soon. */
    expiring(): Promise<Digest['expiring']>;
    /** One page of an app’s people or of a person’s apps, by status and text. */
    findLogins(search: LoginSearch, after: string | null, limit: number): Promise<FoundLogins>;
    /** Who agreed to what a person has, by app. */
    approvedBy(person: string): Promise<Readonly<Record<string, readonly string[]>>>;
    history(filter: EventFilter, before: { at: Time; id: string } | null, limit: number): Promise<ChainedEvent[]>;
    /** People whose name, e-mail or id holds the text; a Slack user id finds the pinned person. */
    findPeople(text: string, limit: number): Promise<Person[]>;
    person(id: string): Promise<Person | null>;
    /** What somebody new is told about the accounts they got; null: nothing, or it is nobody new. */
    welcome(person: string): Promise<WelcomeView | null>;
    /** Open approvals this person may decide; behind them the others, for admins and auditors. */
    pending(person: Person, powers: Powers, limit: number): Promise<ApprovalView[]>;
    approval(id: string, sample: number): Promise<ApprovalView | null>;
    /** What still waits in a request, to choose from; at most `limit`. */
    asked(approval: string, by: AskedBy, limit: number): Promise<LoginView[]>;
  };
