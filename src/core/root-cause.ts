import { failureWords } from './errors.ts';
import { isFailureKind } from './failure.ts';
import { digestOf } from './hash.ts';
import type { Login } from './login-model.ts';
import type { AccountView } from './model.ts';
import { wordOf } from './status.ts';
import { ended, fold, listOf } from './text.ts';

/** What several failures have in common: the same app and the same class of trouble, whatever ids stand in their texts. */
export type RootCause = {
  /** Short, and the same for every login of one cause: `c-1f2e3d4c`. */
  code: string;
  app: string;
  kind: string;
  /** The trouble in words, with `…` where it differs from record to record. */
  gist: string;
};

/** Failures that are the app’s or one kind of mishap, whatever their texts say; of the others the text tells the class. */
const toldByKind: ReadonlySet<string> = new Set([
  ...['auth', 'throttled', 'conflict', 'missing', 'unavailable', 'bug'],
  ...['match', 'threshold', 'incomplete'],
]);

/** Why the login stands still; of one that has no trouble its status word is the kind. */
export function rootCauseOf(login: Login): RootCause {
  const trouble = login.operation?.trouble ?? null;
  const kind = login.account === 'missing' ? 'missing' : (trouble?.kind ?? wordOf(login));
  const gist = trouble === null || toldByKind.has(kind) ? '' : gistOf(trouble.message, ownTexts(login));
  const code = `c-${digestOf({ app: login.app, kind, gist: fold(gist) }).slice(0, 8)}`;
  return { code, app: login.app, kind, gist };
}

/** The cause in a sentence, of one login as it was told, of several as they have it in common. */
export function causeText(login: Login, count: number): string {
  const { kind, gist } = rootCauseOf(login);
  const message = login.operation?.trouble?.message ?? '';
  if (kind === 'missing') return 'The accounts vanished from the app.';
  if (gist !== '') return ended(count === 1 ? message : gist);
  if (message !== '' && count === 1) return ended(message);
  if (isFailureKind(kind))
    return `${failureWords[kind].reason}${message === '' ? '.' : `, for example: ${ended(message)}`}`;
  return message === '' ? '' : `For example: ${ended(message)}`;
}

const address = /[^\s@"'“”‘’()<>,;:]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*/gu;
/** Not the status an app answered with, which tells classes apart. */
const withDigit = /(?<!answered )(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]*\d[\p{L}\p{N}_-]*/gu;

/** The text without what names the one record: addresses, ids, numbers, and the record’s own values. */
export function gistOf(message: string, own: readonly string[]): string {
  let text = message;
  for (const value of own) text = text.replaceAll(value, '…');
  return text
    .replace(address, '…')
    .replace(withDigit, '…')
    .replace(/…(?:[\s.,:;/_-]*…)+/gu, '…')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Shorter ones stand in other words. */
const shortest = 3;

/** What the app could quote of this record, the longest first. */
function ownTexts({ person, remoteId, operation }: Login): string[] {
  const views = [operation?.before ?? null, operation?.after ?? null];
  const texts = [person, remoteId ?? '', ...views.flatMap(valuesIn)];
  return [...new Set(texts)].filter((text) => text.length >= shortest).sort((a, b) => b.length - a.length);
}

const valuesIn = (view: AccountView | null): string[] =>
  view === null ? [] : Object.values(view.attributes).flatMap((value) => listOf(value).map(String));
