import { expect } from 'vitest';
import type { AccountChange, ListedAccount, NewAccount, TargetConnector } from '../../src/core/connector.ts';
import type { Skip } from './skips.ts';

/** A running, empty app, and what the kit must know of it. */
export type Peer = {
  connector: TargetConnector;
  /** A connection as the config file has it, good and with a wrong secret. */
  connection: Readonly<Record<string, unknown>>;
  wrongSecret: Readonly<Record<string, unknown>>;
  /**
   * Where its server listens (`http://127.0.0.1:4711`), as the connection says it: the kit puts the faults in between. Left out: it
   * speaks no HTTP, and leaves out "under faults" with that reason.
   */
  origin?: string;
  /** Paths whose requests change nothing though they are no GET: a token service, a search by POST. */
  harmless?: RegExp;
  /** Must never show in an error. */
  secrets: readonly string[];
  /** Rows the app gives at a time under this connection. */
  pageSize: number;
  /** The n-th account of its kind; all its values are new to the app. */
  account(n: number): NewAccount;
  /** An account the app refuses. */
  invalid: NewAccount;
  /** An attribute to change, one to empty, and one that must stay as it is; `account` fills all three. */
  attributes: { changed: string; cleared: string; kept: string };
  /** Groups (or the like) that are there: the attribute, and at least two values. Left out: the app has none. */
  entitlement?: {
    target: string;
    values: readonly [string, string];
    /** The app never tells who has them: accounts do not name the target, and the kit looks past the connector. */
    unread?: true;
  };
  /** It keeps no id of ours: accounts are found by their user name alone. */
  noExternalId?: true;
  /** Of an app that takes passwords: whether it lets this account in with this one, and one it refuses, saying it again. */
  passwords?: { accepts(remoteId: string, password: string): Promise<boolean>; refused: string };
  /** Acts in the app itself, past the connector. Left out with the entitlements. */
  outside?: {
    createAccount(userName: string): Promise<string>;
    give(value: string, remoteId: string): Promise<void>;
    /** Remote ids of who has the value, each as often as it is there. */
    holders(value: string): Promise<string[]>;
  };
  stop(): Promise<void>;
};

export type TargetKit = {
  name: string;
  start(): Promise<Peer>;
  /** Config that cannot be right, by what is wrong with it. */
  nonsense: Readonly<Record<string, unknown>>;
  /** Tests or groups of tests that do not apply, each with the reason. */
  skip?: readonly Skip[];
};

/** A change of nothing. */
export const none = { set: {}, clear: [], entitlements: {} } satisfies AccountChange;
export const soon = () => AbortSignal.timeout(20_000);

/** Of an app whose tests of entitlements run. */
export function entitlementsOf({ connector, entitlement, outside }: Peer) {
  if (connector.capabilities.entitlements !== true || entitlement === undefined || outside === undefined)
    throw new Error('the kit must know the entitlements of the app, or leave out "entitlements" with a reason');
  return { ...entitlement, outside };
}

/** By what an account is surely found again. */
export const idOf = ({ externalId, attributes }: NewAccount, { noExternalId }: Pick<Peer, 'noExternalId'>) =>
  noExternalId === true ? { userName: String(attributes.userName) } : { externalId };

/** What the account holds of the entitlement; past the connector where that cannot know. */
export async function heldOf(account: ListedAccount, peer: Peer): Promise<readonly string[] | undefined> {
  const { target, values, unread, outside } = entitlementsOf(peer);
  if (unread !== true) return account.entitlements[target];
  expect(account.entitlements, 'what cannot be read is not named').not.toHaveProperty(target);
  const holders = await Promise.all(values.map(async (value) => ({ value, ids: await outside.holders(value) })));
  return holders.flatMap(({ value, ids }) => (ids.includes(account.remoteId) ? [value] : [])).sort();
}

export async function all<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}
