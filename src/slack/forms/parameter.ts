import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { Parameter } from '../../core/app-schema.ts';
import { addParameter, changeParameter, removeParameter } from '../../core/config-edit-app.ts';
import { fieldText, linesIn } from '../../core/form.ts';
import type { Value } from '../../core/model.ts';
import { writtenValue } from './conditions.ts';
import {
  type Draft,
  type FormKind,
  type FormMeta,
  type Ground,
  ifUnchanged,
  type Misfit,
  type State,
  textIn,
} from './form.ts';
import { parsedAs } from './parsed.ts';

const parametersOf = ({ config }: Ground, { app }: FormMeta): readonly Parameter[] =>
  config.apps.find((one) => one.name === app)?.parameters ?? [];
/** By its place; that it is still the one that was opened `was` says. */
const find = (ground: Ground, meta: FormMeta): Parameter | undefined =>
  meta.name === undefined ? undefined : parametersOf(ground, meta)[Number(meta.name)];

const tableText = (translate: Readonly<Record<string, Value>> = {}): string =>
  Object.entries(translate)
    .map(([from, to]) => `${from} = ${to}`)
    .join('\n');

/** Texts of a parameter that a form has room for; the rest it keeps. */
const texts = (parameter: Parameter | undefined): Record<'value' | 'template' | 'translate' | 'default', string> => ({
  value: fieldText(parameter?.value),
  template: parameter?.template ?? '',
  translate: tableText(parameter?.translate),
  default: fieldText(parameter?.default),
});
const isLong = (text: string): boolean => text.length > longestText;
const flags = ['createOnly', 'clearWhenEmpty'] as const;

export const parameterForm: FormKind = {
  mostRows: () => 0,
  head(meta) {
    return meta.act === 'new' ? `A new parameter of ${meta.app}` : `Parameter ${Number(meta.name) + 1} of ${meta.app}`;
  },
  entry: (ground, meta) => (meta.act === 'new' ? {} : find(ground, meta)),
  state(ground, meta) {
    const parameter = find(ground, meta);
    const chosen = flags.map((flag) => [flag, String(parameter?.[flag] ?? false)] as const);
    const { target = '', from = '' } = parameter ?? {};
    return { target, from, ...texts(parameter), ...Object.fromEntries(chosen) };
  },
  fields(ground, meta, state) {
    const long = texts(find(ground, meta));
    return fieldsOf(state).filter(({ block }) => !(block in long && isLong(long[block as keyof typeof long])));
  },
  notes: (ground, meta) =>
    Object.entries(texts(find(ground, meta)))
      .filter(([, text]) => isLong(text))
      .map(([key]) => `Kept as it is: ${key}`),
  draft: draftOf,
  removal: (meta) =>
    ifUnchanged(parameterForm, meta, (config) => {
      const was = find({ config, attributes: [] }, meta);
      return removeParameter(config, meta.app ?? '', was ?? { target: 'it' });
    }),
};

function fieldsOf(state: State): Field[] {
  const held = (block: string) => textIn(state, block);
  const text = (block: string, label: string, hint: string, lines = false): Field => ({
    ...{ kind: 'text', block, label, hint, lines, optional: true, value: held(block) },
  });
  return [
    {
      ...{ kind: 'name', block: 'target', label: 'Fills what in the app', optional: false, hint: '' },
      ...{ action: configSearches.target, value: held('target') || null },
    },
    {
      ...{ kind: 'name', block: 'from', label: 'From this attribute of the person', optional: true },
      ...{
        action: configSearches.attribute,
        value: held('from') || null,
        hint: 'One of these three: an attribute, a constant, a template.',
      },
    },
    text('value', 'Or always this', 'Several values: a line each.', true),
    text(
      'template',
      'Or by this template',
      'Liquid: {{ givenName | slice: 0 | downcase }}.{{ familyName | downcase }}',
      true,
    ),
    text(
      'translate',
      'Translated by this table',
      'A line each: Sales = Sales and Marketing. What is not in it has no value.',
      true,
    ),
    text('default', 'Otherwise this', 'Where there is no value.'),
    ...flags.map((flag) => flagField(flag, held(flag))),
  ];
}

const flagLabels = { createOnly: 'Written when', clearWhenEmpty: 'Without a value' } as const;
const flagChoices = {
  createOnly: ['whenever it changes', 'the account is made, and never after'],
  clearWhenEmpty: ['what is there stays', 'it is emptied in the app'],
} as const;
const flagField = (flag: (typeof flags)[number], value: string): Field => ({
  ...{ kind: 'choice', block: flag, label: flagLabels[flag], hint: '', optional: false, value },
  choices: flagChoices[flag].map((text, index) => ({ value: String(index === 1), text })),
});

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const stored = find(ground, meta);
  const translate = tableIn(textIn(state, 'translate'), stored);
  if (translate === null) return { errors: { translate: 'Write a line such as “Sales = Sales and Marketing”.' } };
  const blockOf = (path: string) =>
    /^(target|from|value|template|translate|default|createOnly|clearWhenEmpty)/.exec(path)?.[1] ?? null;
  const parameter = parsedAs(Parameter, { ...written(state, stored), ...translate }, blockOf, 'from');
  if ('errors' in parameter) return parameter;
  const app = meta.app ?? '';
  return {
    holder: null,
    place(next) {
      const index = next.apps.findIndex((one) => one.name === app);
      const last = (next.apps[index]?.parameters.length ?? 1) - 1;
      return `apps[${index}].parameters[${stored === undefined ? last : Number(meta.name)}]`;
    },
    blockOf,
    edit: ifUnchanged(parameterForm, meta, (config) =>
      stored === undefined
        ? addParameter(config, app, parameter.value)
        : changeParameter(config, app, stored, parameter.value),
    ),
  };
}

function written(state: State, stored: Parameter | undefined): Record<string, unknown> {
  const was = texts(stored);
  const kept = <T>(key: keyof typeof was, read: () => T) => (isLong(was[key]) ? stored?.[key] : read());
  const said = {
    ...{ target: textIn(state, 'target'), from: textIn(state, 'from') || undefined },
    value: kept('value', () => writtenValue(textIn(state, 'value'), stored?.value)),
    template: kept('template', () => sameOr(textIn(state, 'template'), stored?.template)),
    default: kept('default', () => writtenValue(textIn(state, 'default'), stored?.default)),
    ...Object.fromEntries(flags.map((flag) => [flag, flagIn(state, flag, stored)])),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

const sameOr = (text: string, stored: string | undefined): string | undefined =>
  text === stored ? stored : text.trim() || undefined;

/** Left out where it is not said and was not. */
const flagIn = (state: State, flag: (typeof flags)[number], stored: Parameter | undefined): boolean | undefined =>
  textIn(state, flag) === 'true' ? true : stored?.[flag] === undefined ? undefined : false;

/** Null: a line says nothing of the kind. What was not touched stays exactly what it was. */
function tableIn(text: string, stored: Parameter | undefined): { translate?: Record<string, Value> } | null {
  const was = tableText(stored?.translate);
  if (isLong(was) || text === was) return stored?.translate === undefined ? {} : { translate: stored.translate };
  const lines = linesIn(text).map((line) => /^(.*?)\s*=\s*(.*)$/.exec(line));
  if (lines.some((line) => line === null)) return null;
  const table = Object.fromEntries(lines.map((line) => [line?.[1] ?? '', line?.[2] ?? '']));
  return lines.length === 0 ? {} : { translate: table };
}
