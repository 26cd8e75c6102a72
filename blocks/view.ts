import type { Approval } from '../src/core/approval-model.ts';
import type { Login } from '../src/core/login-model.ts';
import type { AccountView, OperationKind, Reason, RollcallEvent, SlackIdentity, Time } from '../src/core/model.ts';
import type { HoldUp } from '../src/core/pausing.ts';
import type { Quarantine } from '../src/core/quarantine.ts';

/*
 * What the blocks are given. The engine's own views have at least these fields; blocks know the core only.
 */

/** A login with the word people read and the names it shows. */
export type LoginView = {
  login: Login;
  personName: string;
  appTitle: string;
  word: string;
  explanation: string;
  /** What its open operation means for the person's password. */
  passwordNote?: string | null;
};

/** Somebody who may decide; `for`: only in that person's place. */
export type CircleMember = { person: string; name: string; slack: SlackIdentity | null; for?: string };

/** An approval with everything a card shows; `logins` is a sample of `total`. */
export type ApprovalView = {
  approval: Approval;
  logins: readonly LoginView[];
  total: number;
  tally: Readonly<Partial<Record<string, number>>>;
  circle: readonly CircleMember[];
  personName: string | null;
  personTitle: string | null;
  appTitle: string | null;
};

export type PlannedOperation = {
  person: string;
  personName: string;
  app: string;
  kind: OperationKind;
  before: AccountView | null;
  after: AccountView | null;
  reasons: readonly Reason[];
  verdict: 'go' | 'ask' | 'hold';
  why: string;
};
export type PlanPreview = {
  operations: readonly PlannedOperation[];
  counts: readonly { app: string; kind: OperationKind; count: number }[];
  people: number;
  /** How long the changes take in apps that document a rate: `about 25 minutes, at 180 changes a minute`. */
  durations?: readonly { app: string; text: string }[];
  /** What becomes of people's passwords, a sentence for each app. */
  passwords?: readonly string[];
};

export type AppOverview = {
  app: string;
  title: string;
  words: Readonly<Record<string, number>>;
  health: { pausedUntil: Time | null; reason: string | null; quarantine?: Quarantine | null } | null;
  /** Left out: nothing holds its changes up. */
  heldUp?: HoldUp;
  /** How long its approved changes take still; left out or null: not known, or none are. */
  underWay?: { count: number; until: Time; text: string } | null;
};
export type DirectoryOverview = {
  title: string;
  present: number;
  lastRead: { at: Time; complete: boolean; rows: number; changed: number; reason: string | null } | null;
  problems: readonly { place: string; message: string }[];
};
export type Overview = { apps: readonly AppOverview[]; directories: readonly DirectoryOverview[]; waiting: number };

export type SyncReport = {
  directory: string;
  result: 'unchanged' | 'read' | 'refused' | 'busy' | 'failed';
  problems: readonly { place: string; message: string }[];
  text: string;
};

/** An event with the names of the person and the app it is about, where they are known. */
export type EventView = { event: RollcallEvent; personName: string | null; appTitle: string | null };

export type { Powers } from '../src/core/audience.ts';
export { nameOf } from '../src/core/name.ts';
