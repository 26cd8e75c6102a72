import type { AccountView, OperationKind, Person, Reason, Time } from '../src/core/model.ts';
import type { ApprovalView, LoginView } from './view.ts';

/*
 * What the blocks of governance are given; the engine's own answers have at least these fields.
 */

export type ExplanationView = {
  personName: string;
  appTitle: string;
  word: string;
  text: string;
  chain: readonly Reason[];
  targets: readonly { target: string; value: string; chain: readonly Reason[] }[];
  near: readonly { role: string; mapping: string; condition: string; has: string; wants: string }[];
};

export type UndoView = {
  text: string;
  steps: readonly {
    personName: string;
    app: string;
    kind: OperationKind;
    before: AccountView | null;
    after: AccountView | null;
  }[];
  cannot: readonly { personName: string; app: string; why: string }[];
};

export type CandidateView = {
  remoteId: string;
  userName: string | null;
  emails: readonly string[];
  active: boolean;
  heldBy: string | null;
  difference: readonly string[];
};

/** A person's login in an app, as something to act on. */
export type LoginSubject = { person: string; personName: string; app: string; appTitle: string };

export type DiscoveryView = {
  accounts: number;
  matched: Readonly<Record<string, number>>;
  ambiguous: number;
  unmatched: number;
  ownerless: number;
  managed: number;
  /** Its provisioning is enabled; before that nobody is asked to take an account over. */
  enabled: boolean;
  requests: readonly { foundBy: string | null; operations: number }[];
  text: string;
};

/** An open request to take accounts over, and whether the reader may decide it. */
export type AdoptionRequest = { view: ApprovalView; mayDecide: boolean };
export type OwnerlessAccount = { remoteId: string; userName: string | null };

export type PauseView = {
  subject: { app?: string; person?: string };
  /** What is paused, in words: `Zoe in CRM`. */
  about: string;
  until: Time | null;
  reason: string | null;
  by: string;
  at: Time;
};

export type HoldingView = {
  personName: string;
  state: 'active' | 'suspended';
  since: Time;
  entitlements: Readonly<Record<string, readonly string[]>>;
  approvedBy: readonly string[];
  reason: string;
};

export type LeaverView = {
  personName: string;
  status: Person['status'];
  leftAt: Time | null;
  closed: readonly LoginView[];
  pending: readonly LoginView[];
  failed: readonly LoginView[];
  /** `closers`: ids of those whose word is taken that it is closed. */
  open: readonly (LoginView & { closers?: readonly string[] })[];
  text: string;
};

/** A suspended account of a leaver, on its way to be deleted. */
export type GraceView = LoginSubject & {
  since: Time;
  deletesAt: Time;
  keptUntil: Time | null;
  /** The deletion is asked before it is made. */
  asks: boolean;
};

/** A newcomer who may be one of these people under another id. */
export type TwinView = {
  newcomer: string;
  newcomerName: string;
  records: readonly string[];
  people: readonly { person: string; personName: string }[];
};

export type RoleView = {
  name: string;
  title: string;
  apps: readonly string[];
  members: readonly { email: string; until: string | null }[];
  people: number;
};

/** What people may ask for themselves. */
export type Requestable = {
  kind: 'app' | 'role';
  name: string;
  title: string;
  apps: readonly string[];
  state: 'open' | 'waiting' | 'has';
};

export type RequestView = {
  id: string;
  title: string;
  why: string;
  until: string | null;
  apps: readonly { app: string; title: string; word: 'waiting' | 'given' | 'refused' | 'over' | 'ended' }[];
};
