import type { AccountView } from '../core/model.ts';
import { changeOf } from '../core/plan.ts';
import type { UndoPlan } from '../engine/governance.ts';
import { printJson, tableLines } from './print.ts';
import type { Change, Given, Verb } from './verb.ts';

export const undoVerbs: readonly Verb[] = [
  {
    usage: 'undo <operation>',
    audience: 'admins',
    description:
      'take back an operation, or everything an approval let through (o-… or a-…), after showing what that does',
    prepare: prepareUndo,
  },
];

async function prepareUndo({ session, args: [id = ''], options }: Given): Promise<Change | null> {
  const { engine, actor } = session;
  const what = id.startsWith('a-') ? { approval: id } : { operation: id };
  const plan = await engine.useCases.undo(what, actor, false);
  if (options.json !== true) for (const line of undoLines(plan)) console.log(line);
  if (plan.steps.length === 0) {
    if (options.json === true) printJson(plan);
    process.exitCode = 1;
    return null;
  }
  const question = `Undo ${plan.steps.length === 1 ? 'this' : `these ${plan.steps.length}`}?`;
  return { question, act: () => engine.useCases.undo(what, actor, true) };
}

/** What an undo would do, and what it cannot. */
export function undoLines({ text, steps, cannot }: UndoPlan): string[] {
  const doing = steps.map(({ personName, app, kind, before, after, note }) => {
    const change = changeWords(before, after);
    return [personName, app, kind, [change, note ?? ''].filter((part) => part !== '').join('. ')];
  });
  const not = cannot.map(({ personName, app, why }) => [personName, app, why]);
  return [
    text,
    ...(doing.length === 0 ? [] : tableLines([['person', 'app', 'operation', 'change'], ...doing])),
    ...(not.length === 0 ? [] : ['Cannot be undone:', ...tableLines(not).map((line) => `  ${line}`)]),
  ];
}

/** The difference of two views of an account: `title: Clerk → Boss, groups: +Admins −Staff`. */
export function changeWords(before: AccountView | null, after: AccountView | null): string {
  const { set, clear, entitlements } = changeOf({ before, after });
  const old = before?.attributes ?? {};
  const one = (name: string, to: string) => (name in old ? `${name}: ${String(old[name])} → ${to}` : `${name}: ${to}`);
  const values = Object.entries(set).map(([name, value]) => one(name, String(value)));
  const granted = Object.entries(entitlements).map(
    ([target, { add, remove }]) =>
      `${target}: ${[...add.map((value) => `+${value}`), ...remove.map((value) => `−${value}`)].join(' ')}`,
  );
  return [...values, ...clear.map((name) => one(name, 'empty')), ...granted].join(', ');
}
