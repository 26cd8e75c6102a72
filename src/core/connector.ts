import type { z } from 'zod';
import type { Account, Attributes, PersonStatus, Time } from './model.ts';

export type { Condition } from './condition-schema.ts';
export { ConnectorError, type Effect } from './errors.ts';
export { type Account, type Attributes, canonicalAttributes, type PersonStatus, type Value } from './model.ts';

/** An attribute of a target: a plain `value`, or an `entitlement` (many values, provenance per value). */
export type TargetAttribute = {
  name: string;
  kind: 'value' | 'entitlement';
  type: 'string' | 'number' | 'boolean';
  required?: boolean;
  /** The app refuses a second account with the same value. */
  unique?: boolean;
  /** A plain value that may be several at once; an entitlement always may. */
  many?: boolean;
  description?: string;
};

/** A safe default: the person's attribute an app's attribute is filled from. */
export type DefaultParameter = { target: string; from: string };

/** What the app can do. Everything left out is `false`. */
export type Capabilities = {
  suspend?: boolean;
  delete?: boolean;
  entitlements?: boolean;
  /** Takes a password with a new account, and a new one later. */
  password?: boolean;
  /** The app refuses a duplicate by itself, so that a blind create could never make a second account. */
  uniqueKey?: boolean;
  /**
   * It has no interface to call: people make the changes, as tasks, and what they say they have done is all that is known of its
   * accounts. Nothing is listed, and nothing is read back.
   */
  byHand?: boolean;
  /**
   * The app makes an account by itself when its person first signs on by SAML. It cannot be provisioned: nothing is listed, written
   * or kept in step, and what it is told stands in the assertion alone.
   */
  bySignOn?: boolean;
};

/** What a connector gets beside its parsed connection. */
export type ConnectorContext = {
  /** The name of the app or directory, for messages. */
  name: string;
  /** Hosts and networks (CIDR) beyond public ones that may be called. */
  allowHosts: readonly string[];
  /** Deadline of one call, milliseconds. */
  deadline: number;
  now(): number;
  /**
   * Takes the turn of one call, so that no more are made than the app documents, whatever they are for. Answers what is to be called
   * once the call is over, or how many milliseconds to wait before asking again. Left out: nothing is documented.
   */
  turn?(kind: 'reads' | 'writes'): number | (() => void);
  /** The secret that stands at this place of the connection (`auth.grant`), kept by us. Null or left out: nobody keeps it. */
  kept?(path: string): KeptSecret | null;
  /** What a source pushed to this directory, kept by us. Left out: nothing is pushed here. */
  pushed?(): PushedSource;
};

/** A person a source pushed: `resource` as SCIM writes a User, and the names of their groups. */
export type PushedUser = {
  id: string;
  /** Deleted there; then nothing else is known. */
  gone: boolean;
  resource: Readonly<Record<string, unknown>>;
  groups: readonly string[];
};

/** What a source pushed to one directory. It throws RollcallError where it cannot be read. */
export type PushedSource = {
  /** Everybody, page by page, and everybody who was deleted. */
  everybody(): AsyncIterable<readonly PushedUser[]>;
  /** Those who changed since, who came into a group or left one, or were deleted. Null: it cannot be told any more. */
  changedSince(at: Time): Promise<AsyncIterable<readonly PushedUser[]> | null>;
  /** Those of these ids who are there. */
  many(ids: readonly string[]): Promise<readonly PushedUser[]>;
  /** Calls back whenever something was pushed to this process; answers the way to stop. */
  watch(pushed: () => void): () => void;
};

/** A secret that the app itself replaces from time to time: a refresh token that rotates. */
export type KeptSecret = {
  /**
   * Calls `renew` with the newest value, one caller at a time over all processes, and keeps what it answers, sealed; null: what there
   * is stays. Answers the value that holds then, which is another one where an admin was faster. Throws what `renew` throws.
   */
  renew(renew: (newest: string) => Promise<string | null>): Promise<string>;
};

/** Authenticating at the app by redirect: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636). */
export type Authorization = {
  /** Where the browser is sent. `challenge`: of the method S256. @throws ConnectorError where that address may not be used. */
  address(asked: { redirect: string; state: string; challenge: string }): string;
  /** Changes the code that came back for what is kept, sealed. @throws ConnectorError */
  exchange(brought: { redirect: string; code: string; verifier: string }, signal: AbortSignal): Promise<Granted>;
};

/** `as`: whose sign-in it was, as far as the app says; `missing`: scopes that were asked for and are not given. */
export type Granted = { grant: string; as: string | null; missing: readonly string[] };

/** What to write: only these attributes are named; everything else in the account stays. */
export type AccountChange = {
  set: Attributes;
  /** Attributes to empty. */
  clear: readonly string[];
  entitlements: Readonly<Record<string, { add: readonly string[]; remove: readonly string[] }>>;
  /** Only where the connector's capabilities say so. It is in no attribute, plan, event or log. */
  password?: string;
};

/** What to make. `externalId` is ours and finds the account again after an unknown outcome. */
export type NewAccount = {
  externalId: string;
  attributes: Attributes;
  entitlements: Readonly<Record<string, readonly string[]>>;
  /** As in an AccountChange. */
  password?: string;
};

/**
 * An account as listed, with what it can be matched by (normalised: trimmed, lower case). A target that `entitlements` does not name
 * could not be read: nothing follows from its absence, neither that there is a value nor that there is none.
 */
export type ListedAccount = Account & {
  externalId: string | null;
  userName: string | null;
  emails: readonly string[];
  /** Its creation broke off between steps, and the same create completes it. */
  unfinished?: true;
};

/** A value of an entitlement attribute: the id the app uses and the name people read. Parameters and rules use the name. */
export type EntitlementValue = { target: string; value: string; remoteId: string };

/**
 * One connected app. Every call ends within the signal's deadline, changes one account at most and sends nothing twice by itself;
 * it throws ConnectorError and nothing else. Entitlements are named by their `value`; the connector finds the app's id.
 */
export type Target = {
  /** Checks credentials and reachability, changing nothing. */
  test(signal: AbortSignal): Promise<void>;
  /** Every account, page by page. Throws rather than ending early: what ends normally is complete. */
  list(signal: AbortSignal): AsyncIterable<readonly ListedAccount[]>;
  /** Null when the app says there is none. */
  get(remoteId: string, signal: AbortSignal): Promise<ListedAccount | null>;
  /** Accounts that really carry one of the values: the answer is verified row by row, since servers ignore filters. */
  find(match: { externalId?: string; userName?: string }, signal: AbortSignal): Promise<readonly ListedAccount[]>;
  create(account: NewAccount, signal: AbortSignal): Promise<ListedAccount>;
  update(remoteId: string, change: AccountChange, signal: AbortSignal): Promise<ListedAccount>;
  suspend(remoteId: string, signal: AbortSignal): Promise<ListedAccount>;
  reactivate(remoteId: string, change: AccountChange, signal: AbortSignal): Promise<ListedAccount>;
  /** A second delete of the same account succeeds. */
  delete(remoteId: string, signal: AbortSignal): Promise<void>;
  /** The app's own values, page by page, complete like `list`. */
  entitlements(signal: AbortSignal): AsyncIterable<readonly EntitlementValue[]>;
  /** When the credentials of the connection end, as far as it says; no call. */
  credentialsEnd?(): Time | null;
  /** How an admin authenticates it, of which all but the grant may be known; no call. Null: this kind of connection needs nobody to. */
  authorization?(): Authorization | null;
  close?(): void;
};

/** So many calls in so many seconds; `burst` of them at once, 1 by default. */
export type Budget = { calls: number; seconds: number; burst?: number };

/**
 * Documented ceilings of an app; the worker keeps below. `perSecond`: of reads and of writes, where no budget says more of them. `all`:
 * of all calls together.
 */
export type Rate = { perSecond?: number; concurrency?: number; reads?: Budget; writes?: Budget; all?: Budget };

/** What a change really comes to in an app, where the word alone would mislead: a plain sentence each. */
export type Remarks = Readonly<Partial<Record<'create' | 'suspend' | 'delete' | 'entitlements', string>>>;

/** What an app is, can do and holds, as far as that hangs on its connection. */
export type TargetShape = Pick<TargetConnector, 'title' | 'capabilities' | 'attributes' | 'parameters'> & {
  rate?: Rate;
  remarks?: Remarks;
};

export type TargetConnector<Config = unknown> = {
  kind: 'target';
  name: string;
  title: string;
  /** The `connection` of an app; secret fields carry `.meta({ secret: true })` and are written `${NAME}` in the file. */
  config: z.ZodType<Config>;
  capabilities: Capabilities;
  attributes: readonly TargetAttribute[];
  /** Untouched, they make a valid account. */
  parameters: readonly DefaultParameter[];
  rate?: Rate;
  remarks?: Remarks;
  /**
   * The same for one connection, where it depends on that: a profile, an edition. `connection` as it stands in the file, with
   * `${NAME}` in it, perhaps unfinished or wrong: what cannot be read of it is as by default. Nobody calls this but `connectorFor`.
   */
  shapeOf?(connection: Readonly<Record<string, unknown>>): TargetShape;
  /**
   * Whose calls the vendor counts together: connections, as they stand in the file, of connectors of one name for which the same is
   * answered share one ceiling. Left out: each has its own.
   */
  quotaOf?(connection: Readonly<Record<string, unknown>>): string;
  connect(config: Config, context: ConnectorContext): Target;
};

/** A row as the directory gives it, already in canonical names where it can be. */
export type RawRecord = { externalId: string; status: PersonStatus; attributes: Attributes };

/** A record that could not be read. It is neither taken in nor taken for absent; `externalId` if that much is known. */
export type RecordProblem = { place: string; message: string; externalId?: string };

export type DirectoryPage = {
  records: readonly RawRecord[];
  problems: readonly RecordProblem[];
  /** Ids the directory itself says are gone (delta reads). */
  gone: readonly string[];
};

/** How a read ended. Only `full` and complete reads say anything about absence. */
export type ReadEnd = {
  kind: 'full' | 'delta';
  /** A record with a problem and no id makes the read incomplete for absence. */
  complete: boolean;
  /** Why it is not complete, in words. */
  reason?: string;
  /** Where the next delta read starts. */
  cursor: string | null;
  /** Share of the source read so far is unknown to us; total rows read. */
  rows: number;
};

/** What a source sent by itself. `header` answers in any case of the name. */
export type Delivery = { header(name: string): string | undefined; body: string };

/** What a delivery says: that there is something to read. `ids` tell its notices from others, so that a repeated one is known. */
export type Notice = { ids: readonly string[] };

/** One connected directory. `read` yields pages and returns how it ended; it throws ConnectorError if it cannot be read at all. */
export type Directory = {
  read(cursor: string | null, signal: AbortSignal): AsyncGenerator<DirectoryPage, ReadEnd, void>;
  /** Calls back (debounced) when the source changed; returns the way to stop. */
  watch?(changed: () => void): () => Promise<void>;
  /** Something that changes whenever the content may have: lets an unchanged source be skipped. Null: unknown. */
  fingerprint?(signal: AbortSignal): Promise<string | null>;
  /** Reads what the source has sent to our address; no call. Null: it does not show that it comes from the source. */
  hook?(delivery: Delivery): Notice | null;
  /** As of a target. */
  credentialsEnd?(): Time | null;
  authorization?(): Authorization | null;
};

/** What another product is set up to do, in the words of our configuration, unchecked. */
export type MovedIn = {
  directories: readonly Readonly<Record<string, unknown>>[];
  roles: readonly Named[];
  mappings: readonly Named[];
  apps: readonly Named[];
  /** What a reader of the file should know of one of them. */
  remarks: readonly { of: 'roles' | 'mappings' | 'apps'; name: string; text: string }[];
  left: readonly LeftBehind[];
};
type Named = { name: string } & Readonly<Record<string, unknown>>;

/** A thing over there that is not in the configuration, and why. `what`: `mapping`, `rule of CRM`. */
export type LeftBehind = { what: string; name: string; why: string };

/** The connector apps are moved to, since the other product's own connectors stay there. */
export type MoveTarget = { connector: string; attributes: readonly TargetAttribute[] };

export type DirectoryConnector<Config = unknown> = {
  kind: 'directory';
  name: string;
  title: string;
  config: z.ZodType<Config>;
  /** Documented ceilings of the source under this config. */
  rateOf?(config: Config): Rate;
  /** As of a target. */
  quotaOf?(connection: Readonly<Record<string, unknown>>): string;
  connect(config: Config, context: ConnectorContext): Directory;
  /** Its source pushes to our address (`/scim/v2/NAME`). */
  pushed?: true;
  /** Reads what the product is set up to do, for whoever moves here from it. @throws ConnectorError */
  moveIn?(config: Config, context: ConnectorContext, to: MoveTarget, signal: AbortSignal): Promise<MovedIn>;
};

/** The connector as one app with this connection has it: whoever reads what an app can do and holds reads it here. */
export const connectorFor = (
  connector: TargetConnector,
  connection: Readonly<Record<string, unknown>>,
): TargetConnector =>
  connector.shapeOf === undefined ? connector : { ...connector, ...connector.shapeOf(connection) };

export const defineTarget = <Config>(connector: TargetConnector<Config>): TargetConnector<Config> => connector;
export const defineDirectory = <Config>(connector: DirectoryConnector<Config>): DirectoryConnector<Config> => connector;
