import type { KnownBlock } from '@slack/types';
import type { Approval } from '../src/core/approval-model.ts';
import { changeOf } from '../src/core/change.ts';
import type { Operation, OperationKind, Value } from '../src/core/model.ts';
import { hidden, isSecretName } from '../src/core/secret-name.ts';
import { commandName } from './ids.ts';
import { section } from './kit.ts';
import { bold, code, join, type Markup, md, nothing, stack } from './markup.ts';
import type { ApprovalView, LoginView } from './view.ts';

type Task = Pick<Approval, 'task'>;

/** What the two answers to a request are called: to a question of consent, or to a task. */
export const decisionWords = ({ task }: Task) =>
  task
    ? ({ approve: 'Done', all: 'Done: all', reject: 'Cannot', some: 'done', not: 'cannot' } as const)
    : ({ approve: 'Approve', all: 'Approve all', reject: 'Reject', some: 'approve', not: 'reject' } as const);

/** The same by keyboard. */
export function typedDecision({ id, task }: Pick<Approval, 'id' | 'task'>): Markup {
  return task
    ? md`Once it is done: ${commandName} done ${id}. If it cannot be: ${commandName} cannot ${id} reason`
    : md`To decide: ${commandName} approve ${id} or ${commandName} reject ${id} [reason]`;
}

/** Before the first sentence of a task that waits. */
export const taskLead = ({ task, state }: Pick<Approval, 'task' | 'state'>): Markup =>
  task && state === 'open' ? md`📋 *To do by hand.* ` : nothing;

/** Said before consent is given: nobody calls the app. */
export const byHandText = ({ byHand, task }: Pick<Approval, 'byHand' | 'task'>): Markup =>
  byHand && !task ? md`*By hand*  Once it is approved, whoever keeps the app is given the task.` : nothing;

/** People shown one by one on the card of many. */
const peopleShown = 8;

/** Exactly what to do, in plain words, each value ready to be copied. */
export function taskBody(view: ApprovalView): KnownBlock[] {
  const [first] = view.logins;
  if (first?.login.operation == null) return [];
  if (view.total === 1) return [section(stack(taskLines(first.login.operation)))];
  const shown = view.logins.slice(0, peopleShown);
  const more = view.total - shown.length;
  const rest = more > 0 ? [md`_and ${more.toLocaleString('en-US')} more: see Details and See all_`] : [];
  const { operationKind } = view.approval;
  const rows = operationKind === null ? shown.map(taskRow) : [md`${forEach[operationKind]}`, ...shown.map(shortRow)];
  return [section(stack([...rows, ...rest]))];
}

/** What to do with the accounts of many, before their names. */
const forEach: Readonly<Record<OperationKind, string>> = {
  create: 'Make an account for each, with these values. Who has one already keeps it, and is given these:',
  update: 'Change in their accounts:',
  adopt: 'Change in their accounts:',
  suspend: 'Switch these accounts off and keep them, so that they can be switched on again:',
  reactivate: 'Switch these accounts on again, and change in them what stands beside:',
  delete: 'Delete these accounts for good:',
};

/** One among many of whom the same is to be done. */
function shortRow({ login, personName }: LoginView): Markup {
  const { operation } = login;
  if (operation === null) return md`• ${bold(personName, 80)}: changed since`;
  const account = operation.kind === 'create' ? [] : [accountWord(operation)];
  return md`• ${bold(personName, 80)}: ${join([...account, ...valueTexts(operation).slice(0, 8)], '; ')}`;
}

/** What to do, and each value of it, in lines. */
export const taskLines = (operation: Operation): Markup[] => [doThis(operation), ...valueLines(operation)];

/** The same of one among many, in one line. */
export function taskRow({ login, personName, appTitle }: LoginView): Markup {
  const { operation } = login;
  if (operation === null) return md`• ${bold(personName, 80)} in ${appTitle}: changed since`;
  const values = join(valueTexts(operation).slice(0, 8), '; ');
  return md`• ${bold(personName, 80)} in ${appTitle}: ${doThis(operation)} ${values}`;
}

/** The one sentence that says what to do. */
function doThis(operation: Operation): Markup {
  const account = accountWord(operation);
  switch (operation.kind) {
    case 'create':
      return md`Make an account with these values. If they have one already, keep it and give it these:`;
    case 'suspend':
      return md`Switch ${account} off and keep it, so that it can be switched on again.`;
    case 'delete':
      return md`Delete ${account} for good.`;
    case 'reactivate':
      return md`Switch ${account} on again${hasValues(operation) ? md`, and change in it:` : md`.`}`;
    default:
      return md`In ${account}, change:`;
  }
}

/** How the account is called, before the change. */
function accountWord({ before, after }: Operation): Markup {
  for (const view of [before, after])
    for (const name of ['userName', 'email', 'displayName']) {
      const value = view?.attributes[name];
      if (typeof value === 'string' && value !== '') return md`the account ${code(value, 120)}`;
    }
  return md`the account`;
}

const hasValues = (operation: Operation): boolean => valueTexts(operation).length > 0;
const valueLines = (operation: Operation): Markup[] => valueTexts(operation).map((text) => md`• ${text}`);

function valueTexts(operation: Operation): Markup[] {
  if (operation.kind === 'suspend' || operation.kind === 'delete') return [];
  const { set, clear, entitlements } = changeOf(operation);
  const old = operation.before?.attributes ?? {};
  const changed = Object.entries(set).map(([name, value]) => {
    const from = old[name];
    const was = from === undefined ? nothing : md` (it was ${shown(name, from)})`;
    return md`${name}: ${shown(name, value)}${was}`;
  });
  const emptied = clear.map((name) => md`${name}: leave it empty (it was ${shown(name, old[name])})`);
  const granted = Object.entries(entitlements).flatMap(([name, { add, remove }]) => [
    ...(add.length > 0 ? [md`${name}: give ${values(add)}`] : []),
    ...(remove.length > 0 ? [md`${name}: take away ${values(remove)}`] : []),
  ]);
  return [...changed, ...emptied, ...granted];
}

const shown = (name: string, value: Value | readonly Value[] | undefined): Markup =>
  isSecretName(name) ? md`${hidden}` : values((Array.isArray(value) ? value : [value ?? '']).map(String));

/** Whole, so that they can be copied; a text without end is cut. */
const values = (texts: readonly string[]): Markup =>
  join(
    texts.slice(0, 20).map((text) => code(text, 400)),
    ', ',
  );
