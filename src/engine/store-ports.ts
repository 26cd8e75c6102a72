import type { Approval } from '../core/approval-model.ts';
import type { Config } from '../core/config.ts';
import type { EntitlementValue, ListedAccount } from '../core/connector.ts';
import type { Delegation } from '../core/delegation.ts';
import type { DigestState } from '../core/digest.ts';
import type { ChainedEvent } from '../core/event.ts';
import type { Login } from '../core/login-model.ts';
import type { Actor, OperationState, Person, SlackIdentity, Time, Versioned } from '../core/model.ts';
import type { StoredPause } from '../core/pausing.ts';
import type { AppHealth } from '../core/quarantine.ts';
import type { ProposalStore } from './configure/proposal-ports.ts';
import type { DraftStore, NamedSecretStore } from './connect/draft-ports.ts';
import type { PushedStore, PushTokenStore } from './inbound/push-ports.ts';
import type { InboxStore, OutboxStore } from './mail-ports.ts';
import type { SecretStore } from './secret/secret-ports.ts';
import type { SigningKeyStore, SignOnStore } from './sign-on/sign-on-ports.ts';

/*
 * What Rollcall remembers, document by document.
 */

/** What all stored documents share. Every write is one single-document compare-and-set on `version`. */
export type Documents<T extends Versioned> = {
  get(id: string): Promise<T | null>;
  /** In no particular order; unknown ids are left out. */
  many(ids: readonly string[]): Promise<T[]>;
  /** Inserts what is new. Answers the ids inserted; an id or unique key that exists already is left as it is. */
  insert(documents: readonly T[]): Promise<Set<string>>;
  /**
   * Replaces each document if its stored version still is `before.version`; `after.version` must be one higher.
   * Answers the ids that won. Losers are untouched.
   */
  swap(pairs: readonly { before: T; after: T }[]): Promise<Set<string>>;
  /** All there are, in id order after `after`: for going through everything. */
  page(after: string | null, limit: number): Promise<T[]>;
  /** Documents with unpublished events, at most `limit`. */
  unpublished(limit: number): Promise<T[]>;
  /**
   * Takes published events out of the outboxes without raising versions, so that publishing never makes another writer lose.
   * A writer that read before may put them back: the publisher knows them by their ids and takes them out again.
   */
  published(taken: readonly { id: string; events: readonly string[] }[]): Promise<void>;
};

export type PersonFilter = { text?: string; status?: Person['status'] };
export type PeopleStore = Documents<Person> & {
  /** People holding a record with one of these ids in the directory. */
  byRecords(directory: string, externalIds: readonly string[]): Promise<Person[]>;
  /** People with at least one of these join keys. */
  byKeys(keys: readonly string[]): Promise<Person[]>;
  bySlack(identity: SlackIdentity): Promise<Person | null>;
  /** Dirty people in id order after `after`; leavers only, or all others only. */
  dirty(leaving: boolean, after: string | null, limit: number): Promise<Person[]>;
  /** People whose wakeAt has come. */
  waking(now: Time, limit: number): Promise<Person[]>;
  /** Marks everybody dirty, as the requester of what comes of it where somebody is named; answers how many. Raises versions. */
  dirtyAll(by: Actor | null): Promise<number>;
  /** Newcomers who may be somebody else under another id, in id order. */
  undecided(limit: number): Promise<Person[]>;
  /** How many are active. */
  active(): Promise<number>;
  /** External ids of a directory's records that are not `left`, in batches. */
  presentIn(directory: string): AsyncIterable<string[]>;
  /** By name, e-mail or id fragment, in display-name order. */
  search(filter: PersonFilter, after: string | null, limit: number): Promise<Person[]>;
  count(): Promise<number>;
};

export type LoginFilter = { app?: string; person?: string; account?: Login['account']; state?: OperationState };
export type LoginStore = Documents<Login> & {
  byPeople(people: readonly string[]): Promise<Login[]>;
  byAccount(app: string, remoteIds: readonly string[]): Promise<Login[]>;
  /** Due logins of a partition: lane, then nextAt. `leaving`: only those of lane 0. */
  due(partition: string, now: Time, limit: number, leaving?: boolean): Promise<Login[]>;
  /** When the next login of the partition is due; null if none. */
  nextDue(partition: string): Promise<Time | null>;
  /** The same for each lane, by its number. */
  nextInLanes(partition: string): Promise<(Time | null)[]>;
  /** Logins whose operation was asked in this approval (open or the last one), in id order. */
  byApproval(approval: string, after: string | null, limit: number, state?: OperationState): Promise<Login[]>;
  /** How many operations of an approval are in each state. */
  tally(approval: string): Promise<Partial<Record<OperationState, number>>>;
  list(filter: LoginFilter, after: string | null, limit: number): Promise<Login[]>;
  /** How many logins have each operation state and account state, per app. */
  overview(): Promise<{ app: string; account: Login['account']; state: OperationState | null; count: number }[]>;
  /** Losses since (`lostAt`), the explicit ones among them, and the active managed accounts of the app with those. */
  removals(app: string, since: Time): Promise<{ managed: number; removed: number; explicit: number }>;
  /** People who lost something in one of these apps since, each once; explicit if any of it was. */
  losers(apps: readonly string[], since: Time): Promise<{ person: string; explicit: boolean }[]>;
  /** Logins of the app with an active account that sign-on called so, folded. */
  knownAs(app: string, name: string): Promise<Login[]>;
  /** Logins with an active account that has one of these values, as last seen; whoever made it. In id order. */
  privilegedHolders(app: string, target: string, values: readonly string[], limit: number): Promise<Login[]>;
};

export type ApprovalStore = Documents<Approval> & {
  /** Open ones, newest first. */
  open(limit: number): Promise<Approval[]>;
  /** Decided, but not every operation follows yet; and gathering ones older than `before`. */
  unfinished(before: Time): Promise<Approval[]>;
  /** Open ones past their expiry. */
  expired(now: Time, limit: number): Promise<Approval[]>;
  /** Decided, lapsed or closed since, the latest first. */
  decidedSince(since: Time, limit: number): Promise<Approval[]>;
};

export type EventFilter = {
  operation?: string;
  person?: string;
  app?: string;
  status?: string;
  approval?: string;
  since?: Time;
};
/** An event as it was read, and what an erasure leaves of it. */
export type ErasedPlace = { before: ChainedEvent; left: ChainedEvent };

export type EventStore = {
  /** Ids among these that are stored already. */
  known(ids: readonly string[]): Promise<Set<string>>;
  head(partition: string): Promise<{ sequence: number; hash: string }>;
  /** Appends; a taken (partition, sequence) or id throws RollcallError `chain-race` (retry) and what came before it stays. */
  append(events: readonly ChainedEvent[]): Promise<void>;
  /** Newest first. `before`: the `at` and id of the last one seen. */
  list(filter: EventFilter, before: { at: Time; id: string } | null, limit: number): Promise<ChainedEvent[]>;
  /** Puts what is left of erased events in their places, where each is still as it was `before`; answers the ids of those that are as `left` then. */
  erase(erasures: readonly ErasedPlace[]): Promise<ReadonlySet<string>>;
  /** A partition's chain in order. */
  chain(partition: string, after: number, limit: number): Promise<ChainedEvent[]>;
  partitions(): Promise<string[]>;
};

/** One owner per name, by heartbeat: nobody needs the same clock. */
export type Lease = { name: string; owner: string; epoch: number; beat: number };
export type LeaseStore = {
  read(name: string): Promise<Lease | null>;
  /** Writes `next` if the stored lease is still exactly `seen` (null: none stored). */
  replace(seen: Lease | null, next: Lease): Promise<boolean>;
};

/** The app's accounts as last listed whole; the plan matches against them before it creates. */
export type AccountStore = {
  /** The name of a new sweep, which sorts after all those begun before. */
  begin(app: string): Promise<string>;
  /**
   * Replaces the app's snapshot page by page: put pages, then finish drops what older sweeps saw and this one did not. One that goes on
   * late, its process having stood still, takes nothing from a newer one.
   */
  put(app: string, sweep: string, accounts: readonly ListedAccount[]): Promise<void>;
  finish(app: string, sweep: string, at: Time): Promise<{ count: number }>;
  /** Accounts carrying one of the match keys: `externalId=…`, `userName=…`, `email=…` (lower case). */
  match(app: string, keys: readonly string[]): Promise<(ListedAccount & { keys: readonly string[] })[]>;
  /** In the order of their remote ids, those after `after`. */
  list(app: string, after: string | null, limit: number): Promise<ListedAccount[]>;
  /** In no particular order; unknown remote ids are left out. */
  many(app: string, remoteIds: readonly string[]): Promise<ListedAccount[]>;
  listedAt(app: string): Promise<Time | null>;
  /**
   * A page of the app's entitlement values; `place` is how many values came before it in the sweep. Nobody sees a page before the
   * sweep is finished: what ends halfway leaves the list as it was.
   */
  putEntitlements(app: string, sweep: string, place: number, values: readonly EntitlementValue[]): Promise<void>;
  /** The sweep's values take the place of the list, all at once. */
  finishEntitlements(app: string, sweep: string, at: Time): Promise<{ count: number }>;
  /** In the order they were put. */
  entitlements(app: string): Promise<EntitlementValue[]>;
  /** When the values were last imported whole. */
  refreshedAt(app: string): Promise<Time | null>;
  /** Somebody asked for the values to be imported, and it is not done: whoever comes after a crash goes on with it. Null: done. */
  wantRefresh(app: string, wanted: { by: Actor; at: Time } | null): Promise<void>;
  wantedRefresh(app: string): Promise<{ by: Actor; at: Time } | null>;
  /** Somebody decided that an account without an owner stays as it is; remembered whatever later lists say. */
  leave(app: string, remoteId: string, decided: { by: Actor; at: Time }): Promise<void>;
  /** What is written where the name of somebody who decided so stood. */
  forgetDecider(person: string, mark: string): Promise<void>;
  /** Which of these accounts were decided to be left. */
  left(app: string, remoteIds: readonly string[]): Promise<Set<string>>;
};

/** What is remembered of a directory between reads. */
export type DirectoryState = {
  id: string;
  cursor: string | null;
  fingerprint: string | null;
  /** Records present after the last complete full read; absence is believed only near it. */
  present: number;
  /** Digest of the configuration the last read was made under. */
  under: string | null;
  lastRead: {
    at: Time;
    kind: 'full' | 'delta';
    complete: boolean;
    rows: number;
    changed: number;
    reason: string | null;
  } | null;
  problems: readonly { place: string; message: string }[];
};
export type DirectoryStateStore = {
  get(id: string): Promise<DirectoryState | null>;
  put(state: DirectoryState): Promise<void>;
};

/** By the names of the apps; none is stored of an app that was always well. */
export type AppHealthStore = Documents<AppHealth> & { list(): Promise<AppHealth[]> };

export type PauseStore = Documents<StoredPause> & {
  /** Those not ended, whether or not their time is over; in id order. */
  open(): Promise<StoredPause[]>;
};

/** Documents of the digests, one for each recipient. */
export type DigestStore = Documents<DigestState> & {
  /** Takes the document of somebody who gets none any more away; one that is not there is as good. */
  forget(id: string): Promise<void>;
};

/** By the ids of the people whose place is taken. */
export type DelegationStore = Documents<Delegation> & {
  /** Those not ended, whether or not their time is over; in id order. */
  open(): Promise<Delegation[]>;
};

export type StoredConfig = {
  config: Config;
  digest: string;
  edition: number;
  at: Time;
  by: Actor;
  /** What it took the place of, until everybody is to be planned anew for its sake. Absent: everything follows it. */
  unfollowed?: { before: Config | null } | null;
};
export type ConfigStore = {
  read(): Promise<StoredConfig | null>;
  /** Replaces edition `seen` (null: none yet); false when another was faster. */
  replace(seen: number | null, next: StoredConfig): Promise<boolean>;
  /** Everything follows this edition; nothing where it is not the present one. */
  followed(edition: number): Promise<void>;
};

/** Everything Rollcall remembers. Real on MongoDB and in memory, under one contract kit. */
export type Store = {
  people: PeopleStore;
  logins: LoginStore;
  approvals: ApprovalStore;
  events: EventStore;
  leases: LeaseStore;
  accounts: AccountStore;
  directories: DirectoryStateStore;
  health: AppHealthStore;
  pauses: PauseStore;
  delegations: DelegationStore;
  digests: DigestStore;
  secrets: SecretStore;
  namedSecrets: NamedSecretStore;
  drafts: DraftStore;
  proposals: ProposalStore;
  pushed: PushedStore;
  pushTokens: PushTokenStore;
  signOns: SignOnStore;
  signingKeys: SigningKeyStore;
  config: ConfigStore;
  inbox: InboxStore;
  outbox: OutboxStore;
};
