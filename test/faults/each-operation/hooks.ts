import type { ListedAccount } from '../../../src/core/connector.ts';
import type { Login } from '../../../src/core/login-model.ts';
import type { Life } from './life.ts';

/** A call that would change the app, about to arrive there. */
export type Sent = {
  kind: string;
  signal: AbortSignal;
  by: Life;
  /** Lets it arrive. */
  send(): Promise<ListedAccount | null>;
};

/** A compare-and-set of Zoe’s login, about to be made. */
export type Written = {
  before: Login;
  after: Login;
  by: Life;
  write(): Promise<Set<string>>;
};

/** Where faults come in; null: everything goes its way. */
export type Hooks = {
  call: ((sent: Sent) => Promise<ListedAccount | null>) | null;
  write: ((written: Written) => Promise<Set<string>>) | null;
  /** Throws where the app does not answer a read. */
  read: ((kind: string) => Promise<void> | undefined) | null;
  /** What reads show in the place of what is there. */
  seen: ((kind: Read['kind']) => ReadonlyMap<string, ListedAccount>) | null;
  /** Throws where the store does not answer. */
  store: (() => void) | null;
};

/** What the app saw: calls that would change it, those that did, and what was read. */
export type Records = {
  calls: Call[];
  effects: string[];
  reads: Read[];
};
/** `end`: what its caller knew of it. `until`: when they knew. */
export type Call = { kind: string; at: number; end: 'done' | 'none' | 'unknown'; until: number };
export type Read = { kind: 'get' | 'find' | 'list'; at: number; answer: unknown };

export const noHooks = (): Hooks => ({ call: null, write: null, read: null, seen: null, store: null });
