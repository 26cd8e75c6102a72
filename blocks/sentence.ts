import type { OperationKind } from '../src/core/model.ts';
import { bold, enumerate, type Markup, md, nothing } from './markup.ts';
import type { ApprovalView } from './view.ts';
import { count, kindWords } from './words.ts';

/** `Create an account for *Zoe Ångström* in *CRM*` */
export function oneSentence(kind: OperationKind, person: string, app: string): Markup {
  const { verb, one } = kindWords[kind];
  const whose = kind === 'create' ? 'for' : 'of';
  return md`${verb} ${one} ${whose} ${bold(person, 80)} in ${bold(app, 80)}`;
}

/** What the approval asks for: action, person, app. Without the full stop, so that the card can go on. */
export function askSentence(view: ApprovalView): Markup {
  if (view.approval.kind !== 'person') return manySentence(view);
  const person = view.personName ?? view.logins[0]?.personName ?? 'somebody';
  const shown = view.logins.flatMap((login) => login.login.operation?.kind ?? []);
  // Its operations may have gone on to another request since.
  const kinds = new Set(shown.length > 0 ? shown : [view.approval.operationKind].filter((kind) => kind !== null));
  const [kind] = kinds;
  if (kind === undefined) return md`Change the accounts of ${bold(person, 80)}`;
  if (view.total <= 1) return oneSentence(kind, person, view.logins[0]?.appTitle ?? view.appTitle ?? 'an app');
  return kinds.size === 1 ? sameKind(kind, person, view) : mixedKinds(person, view);
}

function sameKind(kind: OperationKind, person: string, view: ApprovalView): Markup {
  const { verb, many } = kindWords[kind];
  const whose = kind === 'create' ? 'for' : 'of';
  return md`${verb} ${many} ${whose} ${bold(person, 80)} in ${appList(view)}`;
}

const mixedKinds = (person: string, view: ApprovalView): Markup =>
  md`Change ${count(view.total, 'account', 'accounts')} of ${bold(person, 80)} in ${appList(view)}`;

function appList(view: ApprovalView): Markup {
  const titles = [...new Set(view.logins.map((login) => login.appTitle))].slice(0, 3).map((title) => bold(title, 60));
  const more = view.total - titles.length;
  return enumerate(more > 0 ? [...titles, md`${count(more, 'other app', 'other apps')}`] : titles);
}

function manySentence({ approval, logins, total, appTitle }: ApprovalView): Markup {
  const [first] = logins;
  if (total === 1 && first?.login.operation) {
    return oneSentence(first.login.operation.kind, first.personName, first.appTitle);
  }
  const where = appTitle === null ? md`several apps` : bold(appTitle, 80);
  const whom = bold(count(approval.people, 'person', 'people'));
  if (approval.operationKind === null) {
    return md`Change ${count(approval.operations, 'account', 'accounts')} of ${whom} in ${where}`;
  }
  const { verb, many } = kindWords[approval.operationKind];
  return md`${verb} ${many} ${approval.operationKind === 'create' ? 'for' : 'of'} ${whom} in ${where}`;
}

/** Why it is asked at all, at the end of the first line. */
export function tail({ approval }: ApprovalView): Markup {
  const several = approval.kind !== 'person' && approval.people !== 1;
  const parts: string[] = [];
  if (approval.foundBy !== null) parts.push(`found by ${foundByText(approval.foundBy)}`);
  if (approval.leaving) parts.push(several ? 'these people are leaving' : 'this person is leaving');
  if (approval.kind === 'threshold') parts.push('more than the deletion threshold allows at once');
  return parts.length === 0 ? nothing : md`: ${parts.join('; ')}`;
}

/** What an account was matched by, strongest first: how sure one may be that it is theirs. */
const foundByWords: Readonly<Record<string, string>> = {
  externalId: 'Rollcall’s own id',
  userName: 'user name',
  email: 'e-mail address',
};

/** `e-mail address`; an attribute of another name is called by it, whatever an object has by that name. */
export const foundByText = (by: string): string => (Object.hasOwn(foundByWords, by) ? (foundByWords[by] ?? by) : by);
