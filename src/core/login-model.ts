import type { AccountState, AccountView, Actor, Operation, Provenance, Time, Value, Versioned, Wish } from './model.ts';
import type { BySignOn } from './sign-on-login.ts';

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
  /** Who lifted the pin: stands behind what the next plan makes of it, which forgets them. Absent: nobody. */
  releasedBy?: Actor | null;
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
  /** The account was made by signing on. Absent: it was not. */
  signOn?: BySignOn;
  /** What sign-on called the person there, folded: each may be the name of an account in the app. Absent: nothing. */
  knownAs?: readonly string[];
};
