import type { Login } from './login-model.ts';
import type { Operation } from './model.ts';
import { doing, isOpen } from './operation.ts';
import { pinText } from './pin.ts';
import { bySignOnState } from './sign-on-closing.ts';
import { closedText, signOnText } from './sign-on-login.ts';
import { ended } from './text.ts';

/** The words people read of a login (design.md, *Status*). */
export const statusWords = [
  'pending approval',
  'to do',
  'provisioning',
  'modifying',
  'provisioned',
  'suspending',
  'suspended',
  'deleting',
  'deleted',
  'failed',
  'held',
  'rejected',
  'needs match',
  'disassociated',
  'missing',
  'provisioned by sign-on',
] as const;
export type StatusWord = (typeof statusWords)[number];

/** The one table: what was decided by hand, then the open operation, then what is left undecided, then the account. */
export function wordOf(login: Login): StatusWord {
  if (login.disassociated) return 'disassociated';
  if (isOpen(login.operation)) return wordOfOpen(login.operation);
  if (login.candidates.length > 0) return 'needs match';
  return wasRejected(login) ? 'rejected' : wordOfAccount(login);
}

function wordOfOpen(operation: Operation): StatusWord {
  const { state, kind, trouble } = operation;
  if (state === 'held') return trouble?.kind === 'match' ? 'needs match' : 'held';
  if (state === 'failed') return 'failed';
  if (state === 'handed') return 'to do';
  if (state === 'approved' && trouble?.kind === 'paused') return 'held';
  if (state === 'awaiting') return kind === 'adopt' ? 'needs match' : 'pending approval';
  return doing[kind];
}

/** Rejected counts until the wish changes. */
const wasRejected = (login: Login): boolean =>
  login.operation?.state === 'rejected' && login.operation.revision === login.revision;

function wordOfAccount(login: Login): StatusWord {
  if (login.account === 'none') return login.wish?.state === 'active' ? 'provisioning' : 'deleted';
  if (login.account !== 'active') return login.account;
  return login.provenance === 'unmanaged' ? 'provisioned by sign-on' : 'provisioned';
}

/** Nothing has come of it: no account was ever made, and none is wished. Nobody needs to read of such a login. */
export const cameToNothing = (login: Login): boolean => login.account === 'none' && wordOf(login) === 'deleted';

const sentences = {
  'pending approval': 'Somebody has to approve this first.',
  'to do': 'The change is made by hand: whoever keeps the app was given a task.',
  provisioning: 'The account is being made.',
  modifying: 'The account is being changed.',
  provisioned: 'The account is as it should be.',
  suspending: 'The account is being suspended.',
  suspended: 'The account is suspended.',
  deleting: 'The account is being deleted.',
  deleted: 'There is no account in the app.',
  failed: 'The last change failed: look at the app, then re-provision.',
  held: 'The change is held until somebody looks at it: release or reject it.',
  rejected: 'The change was rejected and is not asked again until the wish changes.',
  'needs match': 'Accounts in the app may be this person’s: say which with rematch.',
  disassociated: 'The login was unlinked by hand and is left alone: rematch it to manage it again.',
  missing: 'The account vanished from the app: rematch it, or re-provision to make it anew.',
  'provisioned by sign-on': 'The first sign-on made this account; it is not kept in sync.',
} as const satisfies Record<StatusWord, string>;

/** A plain sentence about the login, with the remedy where something is wrong. */
export function explain(login: Login): string {
  const word = wordOf(login);
  const trouble = login.operation?.trouble ?? null;
  if (trouble !== null && isOpen(login.operation)) return `${ended(trouble.message)} ${ended(trouble.remedy)}`;
  if (word === 'needs match' && login.candidates.length > 1) {
    return `${login.candidates.length} accounts in ${login.app} may be this person’s: say which with rematch.`;
  }
  const sentence = deletionWaits(login)
    ? 'The account is suspended; somebody has to decide about its deletion.'
    : (signedOn(login, word) ?? sentences[word]);
  return login.pin === null ? sentence : `${sentence} It is ${pinText(login.pin)}.`;
}

/** What there is to say of an account that sign-on made, or that a human closed after that. */
function signedOn(login: Login, word: StatusWord): string | null {
  if (word === 'provisioned by sign-on') return signOnText(login);
  return word === 'deleted' && bySignOnState(login) === 'closed' ? `${closedText(login)}.` : null;
}

const deletionWaits = ({ account, operation }: Login): boolean =>
  account === 'suspended' && operation?.kind === 'delete' && operation.state === 'awaiting';
