import type { OperationKind, OperationState } from '../src/core/model.ts';

/** One operation kind in sentences. `whom` and `where` are filled in by `sentence.ts`. */
export const kindWords: Readonly<
  Record<OperationKind, { verb: string; one: string; many: string; now: string; done: string }>
> = {
  create: { verb: 'Create', one: 'an account', many: 'accounts', now: 'Provisioning', done: 'Provisioned' },
  update: { verb: 'Change', one: 'the account', many: 'accounts', now: 'Modifying', done: 'Modified' },
  suspend: { verb: 'Suspend', one: 'the account', many: 'accounts', now: 'Suspending', done: 'Suspended' },
  reactivate: { verb: 'Reactivate', one: 'the account', many: 'accounts', now: 'Reactivating', done: 'Reactivated' },
  delete: { verb: 'Delete', one: 'the account', many: 'accounts', now: 'Deleting', done: 'Deleted' },
  adopt: {
    verb: 'Take over',
    one: 'the existing account',
    many: 'existing accounts',
    now: 'Taking over',
    done: 'Taken over',
  },
};

/** Taking something away: the button asks once more. */
export const isDestructive = (kind: OperationKind | null): boolean => kind === 'delete' || kind === 'suspend';

/** The mark beside each status word; the word always stands beside it. */
const marks: Readonly<Record<string, string>> = {
  'pending approval': '🕓',
  'to do': '📋',
  provisioning: '⏳',
  modifying: '⏳',
  suspending: '⏳',
  deleting: '⏳',
  provisioned: '✅',
  suspended: '💤',
  deleted: '🗑️',
  failed: '❌',
  held: '✋',
  rejected: '🚫',
  'needs match': '🔎',
  disassociated: '🔗',
  missing: '⚠️',
  'provisioned by sign-on': '🔑',
};

/** `✅ provisioned`; a word without a mark stands alone. */
export const statusWord = (word: string): string => (marks[word] === undefined ? word : `${marks[word]} ${word}`);

/** What an operation's state is called on cards. */
export const stateWords: Readonly<Record<OperationState, string>> = {
  planned: 'planned',
  awaiting: 'waits for approval',
  held: 'held',
  approved: 'approved, about to start',
  applying: 'under way',
  handed: 'to be done by hand',
  applied: 'done',
  rejected: 'rejected',
  failed: 'failed',
  superseded: 'changed since',
};

export const count = (n: number, one: string, many: string): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** What an app is called, by its name; an app may be named like something every object has. */
export const titleOf = (titles: Readonly<Record<string, string>>, app: string): string =>
  Object.hasOwn(titles, app) ? (titles[app] ?? app) : app;
