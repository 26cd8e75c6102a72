import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { describe } from '../../core/condition.ts';
import { type Condition, operators, type SimpleCondition } from '../../core/condition-schema.ts';
import { fieldText, linesIn } from '../../core/form.ts';
import type { Value } from '../../core/model.ts';
import { type State, textIn } from './form.ts';
import { rowAt, type Woven, woven } from './rows.ts';

/** Rows a form has room for, three inputs each. */
export const mostRows = 15;

const words: Readonly<Partial<Record<(typeof operators)[number], string>>> = {
  '=': 'is',
  '!=': 'is not',
  '>': 'is above (numbers and dates)',
  '<': 'is below (numbers and dates)',
  in: 'is one of',
  'not-in': 'is none of',
  matches: 'matches the regular expression',
  exists: 'has a value (true or false)',
};
const choices = operators.map((value) => ({ value, text: words[value] ?? value.replace('-', ' ') }));

export const isShown = (condition: Condition): condition is SimpleCondition =>
  'attribute' in condition &&
  condition.attribute.length <= limits.option &&
  fieldText(condition.value).length <= longestText;

/** The conditions a form shows in rows, and those it keeps as they are: nested ones, and what is too much for it. */
export function splitConditions(conditions: readonly Condition[]): { rows: SimpleCondition[]; kept: Condition[] } {
  const rows = conditions.filter(isShown).slice(0, mostRows);
  return { rows, kept: conditions.filter((condition) => !rows.includes(condition as SimpleCondition)) };
}

export const keptConditions = (conditions: readonly Condition[]): string[] =>
  splitConditions(conditions).kept.map((condition) => `Kept as it is: ${describe(condition)}`);

export const conditionState = (conditions: readonly Condition[]): State =>
  Object.fromEntries(
    splitConditions(conditions).rows.flatMap(({ attribute, operator, value }, row) => [
      [`conditions[${row}].attribute`, attribute],
      [`conditions[${row}].operator`, operator],
      [`conditions[${row}].value`, fieldText(value)],
    ]),
  );

export const conditionFields = (state: State, rows: number): Field[] =>
  Array.from({ length: rows }, (_, row) => rowFields(state, row)).flat();

function rowFields(state: State, row: number): Field[] {
  const place = `conditions[${row}]`;
  const number = row + 1;
  const [attribute, operator] = [textIn(state, `${place}.attribute`), textIn(state, `${place}.operator`)];
  return [
    {
      ...{ kind: 'name', block: `${place}.attribute`, label: `Condition ${number}: attribute`, optional: true },
      ...{ action: configSearches.attribute, value: attribute === '' ? null : attribute, hint: 'Empty: no condition.' },
    },
    {
      ...{ kind: 'choice', block: `${place}.operator`, label: `Condition ${number}: how it compares`, optional: true },
      ...{ choices, value: operator === '' ? null : operator, hint: '' },
    },
    {
      ...{ kind: 'text', block: `${place}.value`, label: `Condition ${number}: value`, optional: true, lines: true },
      ...{
        value: textIn(state, `${place}.value`),
        hint: 'Several values: a line each. Capital and small letters are alike.',
      },
    },
  ];
}

export const matchField = (state: State): Field => ({
  ...{ kind: 'choice', block: 'match', label: 'Holds when', hint: '', optional: false, value: textIn(state, 'match') },
  choices: [
    { value: 'all', text: 'all conditions hold' },
    { value: 'any', text: 'any condition holds' },
  ],
});

/** Conditions as written, each with the row it stands in; or what is missing, by block. */
export type ReadConditions = Woven | { errors: Record<string, string> };

export function readConditions(state: State, rows: number, stored: readonly Condition[]): ReadConditions {
  const { rows: shown } = splitConditions(stored);
  const written = new Map<number, unknown>();
  const errors: Record<string, string> = {};
  for (let row = 0; row < rows; row += 1) {
    const place = `conditions[${row}]`;
    const [attribute, operator, text] = [`${place}.attribute`, `${place}.operator`, `${place}.value`].map((block) =>
      textIn(state, block),
    ) as [string, string, string];
    if (attribute === '' && operator === '' && text.trim() === '') continue;
    if (attribute === '') errors[`${place}.attribute`] = 'Name the attribute, or empty the whole row.';
    else if (operator === '') errors[`${place}.operator`] = 'Choose how it compares.';
    else {
      const value = writtenValue(text, shown[row]?.value);
      written.set(row, { attribute, operator, ...(value === undefined ? {} : { value }) });
    }
  }
  return Object.keys(errors).length > 0 ? { errors } : woven(stored, shown, written);
}

/** One value or several, a line each; what was not touched stays exactly what it was, also a number or a text with line breaks. */
export function writtenValue(
  text: string,
  stored: Value | readonly Value[] | undefined,
): Value | readonly Value[] | undefined {
  if (stored !== undefined && fieldText(stored) === text) return stored;
  const lines = linesIn(text);
  return lines.length > 1 ? lines : lines[0];
}

/** `conditions[1].value` of the entry is asked in the row that gave the second condition. */
export function conditionBlock(path: string, rowOf: Woven['rowOf']): string | null {
  const found = rowAt(path, 'conditions', rowOf);
  if (found === null) return null;
  const key =
    /^\.(attribute|operator)/.exec(found.rest)?.[1] ?? (found.rest.startsWith('.value') ? 'value' : 'attribute');
  return `conditions[${found.row}].${key}`;
}
