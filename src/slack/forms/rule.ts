import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { type Action, Rule } from '../../core/config.ts';
import { addRule, changeRule, moveRule, removeRule } from '../../core/config-edit-app.ts';
import { fieldText, linesIn } from '../../core/form.ts';
import {
  conditionBlock,
  conditionFields,
  conditionState,
  keptConditions,
  matchField,
  mostRows,
  readConditions,
  writtenValue,
} from './conditions.ts';
import {
  type Draft,
  type FormKind,
  type FormMeta,
  type Ground,
  ifUnchanged,
  type Misfit,
  misplaced,
  nameField,
  orderField,
  placeIn,
  type State,
  textIn,
} from './form.ts';
import { parsedAs } from './parsed.ts';
import { rowAt, type Woven, woven } from './rows.ts';

/** Actions of a rule that a form has room for. */
const mostActions = 6;

const rulesOf = ({ config }: Ground, { app }: FormMeta): readonly Rule[] =>
  config.apps.find((one) => one.name === app)?.rules ?? [];
const find = (ground: Ground, meta: FormMeta): Rule | undefined =>
  rulesOf(ground, meta).find((rule) => rule.name === meta.name);

const acts = [
  { value: 'add', text: 'gives these values as well' },
  { value: 'set', text: 'sets it to this' },
  { value: 'remove', text: 'takes these values back' },
  { value: 'clear', text: 'takes everything back' },
  { value: 'extract', text: 'gives values by a pattern' },
];

/** An action as its row shows it. */
type Row = { target: string; act: string; text: string };
function rowOf({ target, add, set, remove, extract }: Action): Row {
  if (add !== undefined) return { target, act: 'add', text: fieldText(add) };
  if (set !== undefined) return { target, act: 'set', text: fieldText(set) };
  if (remove === true) return { target, act: 'clear', text: '' };
  if (remove !== undefined) return { target, act: 'remove', text: fieldText(remove) };
  return { target, act: 'extract', text: [extract?.from, extract?.pattern, extract?.value].join('\n') };
}

const isShown = (action: Action): boolean =>
  rowOf(action).text.length <= longestText && action.target.length <= limits.option;
const shownOf = (actions: readonly Action[]): Action[] => actions.filter(isShown).slice(0, mostActions);
const keptOf = (actions: readonly Action[]): Action[] => actions.filter((one) => !shownOf(actions).includes(one));

export const ruleForm: FormKind = {
  mostRows: () => mostRows,
  head: ({ act, app, name }) => (act === 'new' ? `A new rule of ${app}` : `Rule ${name} of ${app}`),
  entry: (ground, meta) => (meta.act === 'new' ? {} : find(ground, meta)),
  state(ground, meta) {
    const rule = find(ground, meta);
    const rules = rulesOf(ground, meta);
    const order = rule === undefined ? rules.length + 1 : rules.indexOf(rule) + 1;
    const { match = 'all', conditions = [], actions = [] } = rule ?? {};
    const rows = shownOf(actions).flatMap((action, row) =>
      Object.entries(rowOf(action)).map(([key, text]) => [`actions[${row}].${key}`, text]),
    );
    return { ...conditionState(conditions), match, order: String(order), ...Object.fromEntries(rows) };
  },
  fields(ground, meta, state) {
    const rows = Math.min(mostActions, shownOf(find(ground, meta)?.actions ?? []).length + 1);
    return [
      ...(meta.act === 'new' ? [nameField('Name')] : []),
      ...conditionFields(state, meta.rows),
      matchField(state),
      ...Array.from({ length: rows }, (_, row) => actionFields(state, row)).flat(),
      orderField(state, 'Rules run in this order.'),
    ];
  },
  notes(ground, meta) {
    const { conditions = [], actions = [] } = find(ground, meta) ?? {};
    return [...keptConditions(conditions), ...keptOf(actions).map(({ target }) => `Kept as it is: ${target}`)];
  },
  draft: draftOf,
  removal: (meta) => ifUnchanged(ruleForm, meta, (config) => removeRule(config, meta.app ?? '', meta.name ?? '')),
};

function actionFields(state: State, row: number): Field[] {
  const place = `actions[${row}]`;
  const held = (key: string) => textIn(state, `${place}.${key}`);
  return [
    {
      ...{ kind: 'name', block: `${place}.target`, label: `Action ${row + 1}: what in the app`, optional: true },
      ...{ action: configSearches.target, value: held('target') || null, hint: '' },
    },
    {
      ...{ kind: 'choice', block: `${place}.act`, label: `Action ${row + 1}: what it does`, optional: true },
      ...{ choices: acts, value: held('act') || null, hint: '' },
    },
    {
      ...{ kind: 'text', block: `${place}.text`, label: `Action ${row + 1}: values`, optional: true, lines: true },
      ...{
        value: held('text'),
        hint: 'A line each. By a pattern: the attribute, the pattern, and the value, such as $1.',
      },
    },
  ];
}

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const stored = find(ground, meta);
  const place = placeIn(state);
  if (place === null) return misplaced;
  const conditions = readConditions(state, meta.rows, stored?.conditions ?? []);
  if ('errors' in conditions) return conditions;
  const actions = readActions(state, stored?.actions ?? []);
  if ('errors' in actions) return actions;
  const app = meta.app ?? '';
  const name = meta.act === 'new' ? textIn(state, 'name').trim() : (meta.name ?? '');
  const raw = { name, match: textIn(state, 'match') || 'all', conditions: conditions.raw, actions: actions.raw };
  const blockOf = (path: string) =>
    conditionBlock(path, conditions.rowOf) ??
    actionBlock(path, actions.rowOf) ??
    /^(name|match)/.exec(path)?.[1] ??
    null;
  const rule = parsedAs(Rule, raw, blockOf, 'actions[0].target');
  if ('errors' in rule) return rule;
  const { name: _, ...change } = rule.value;
  const was = stored === undefined ? -1 : rulesOf(ground, meta).indexOf(stored);
  return {
    holder: { app, rule: name },
    place(next) {
      const index = next.apps.findIndex((one) => one.name === app);
      return `apps[${index}].rules[${next.apps[index]?.rules.findIndex((one) => one.name === name)}]`;
    },
    blockOf,
    edit: ifUnchanged(ruleForm, meta, (config) => {
      if (meta.act === 'new') return addRule(config, app, rule.value, place);
      const changed = changeRule(config, app, name, change);
      return place === was ? changed : moveRule(changed, app, name, place);
    }),
  };
}

function readActions(state: State, stored: readonly Action[]): Woven | Misfit {
  const shown = shownOf(stored);
  const written = new Map<number, unknown>();
  for (let row = 0; row < mostActions; row += 1) {
    const place = `actions[${row}]`;
    const [target, act, text] = [`${place}.target`, `${place}.act`, `${place}.text`].map((block) =>
      textIn(state, block),
    ) as [string, string, string];
    if (target === '' && act === '' && text.trim() === '') continue;
    if (target === '') return { errors: { [`${place}.target`]: 'Name it, or empty the whole row.' } };
    if (act === '') return { errors: { [`${place}.act`]: 'Choose what it does.' } };
    written.set(row, actionOf({ target, act, text }, shown[row]));
  }
  return woven(stored, shown, written);
}

/** What was not touched stays exactly what it was. */
function actionOf({ target, act, text }: Row, stored: Action | undefined): unknown {
  const was = stored === undefined ? null : rowOf(stored);
  if (was !== null && was.target === target && was.act === act && was.text === text) return stored;
  if (act === 'clear') return { target, remove: true };
  if (act === 'set') return { target, set: writtenValue(text, stored?.set) ?? '' };
  if (act === 'extract') {
    const [from = '', pattern = '', value] = linesIn(text);
    return { target, extract: { from, pattern, ...(value === undefined ? {} : { value }) } };
  }
  return { target, [act]: linesIn(text) };
}

function actionBlock(path: string, rows: Woven['rowOf']): string | null {
  const found = rowAt(path, 'actions', rows);
  if (found === null) return null;
  return `actions[${found.row}].${found.rest === '' || found.rest === '.target' ? 'target' : 'text'}`;
}
