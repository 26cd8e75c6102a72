import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { Mapping } from '../../core/config.ts';
import { addMapping, changeMapping, moveMapping, removeMapping } from '../../core/config-edit.ts';
import { fieldText } from '../../core/form.ts';
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
  listIn,
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

/** Attributes a mapping sets that a form has room for. */
const mostSets = 8;

const find = ({ config }: Ground, { name }: FormMeta): Mapping | undefined =>
  config.mappings.find((mapping) => mapping.name === name);

type Assignment = Mapping['set'][number];
const isShownSet = ({ attribute, value }: Assignment): boolean =>
  attribute.length <= limits.option && fieldText(value).length <= longestText;
const shownSets = (set: readonly Assignment[]): Assignment[] => set.filter(isShownSet).slice(0, mostSets);
const keptSets = (set: readonly Assignment[]): Assignment[] => set.filter((one) => !shownSets(set).includes(one));
const showsRoles = (roles: readonly string[]): boolean => roles.length <= limits.options;

export const mappingForm: FormKind = {
  mostRows: () => mostRows,
  head: ({ act, name }) => (act === 'new' ? 'A new mapping' : `Mapping ${name}`),
  entry: (ground, meta) => (meta.act === 'new' ? {} : find(ground, meta)),
  state(ground, meta) {
    const mapping = find(ground, meta);
    const { mappings } = ground.config;
    const order = mapping === undefined ? mappings.length + 1 : mappings.indexOf(mapping) + 1;
    const { match = 'all', conditions = [], roles = [], set = [] } = mapping ?? {};
    const sets = shownSets(set).flatMap(({ attribute, value }, row) => [
      [`set[${row}].attribute`, attribute],
      [`set[${row}].value`, fieldText(value)],
    ]);
    return { ...conditionState(conditions), match, roles, order: String(order), ...Object.fromEntries(sets) };
  },
  fields(ground, meta, state) {
    const mapping = find(ground, meta);
    const rows = Math.min(mostSets, shownSets(mapping?.set ?? []).length + 2);
    return [
      ...(meta.act === 'new' ? [nameField('Name')] : []),
      ...conditionFields(state, meta.rows),
      matchField(state),
      ...(showsRoles(mapping?.roles ?? []) ? [rolesField(state)] : []),
      ...Array.from({ length: rows }, (_, row) => setFields(state, row)).flat(),
      orderField(state, 'Mappings run in this order; later ones see what earlier ones set.'),
    ];
  },
  notes(ground, meta) {
    const { conditions = [], roles = [], set = [] } = find(ground, meta) ?? {};
    return [
      ...keptConditions(conditions),
      ...keptSets(set).map(({ attribute }) => `Kept as it is: sets ${attribute}`),
      ...(showsRoles(roles) ? [] : [`Kept as they are: its ${roles.length} roles`]),
    ];
  },
  draft: draftOf,
  removal: (meta) => ifUnchanged(mappingForm, meta, (config) => removeMapping(config, meta.name ?? '')),
};

const rolesField = (state: State): Field => ({
  ...{ kind: 'names', block: 'roles', label: 'Roles it gives', optional: true, action: configSearches.role },
  ...{ value: listIn(state, 'roles'), hint: '' },
});

const setFields = (state: State, row: number): Field[] => [
  {
    ...{ kind: 'name', block: `set[${row}].attribute`, label: `Sets attribute ${row + 1}`, optional: true },
    ...{ action: configSearches.attribute, value: textIn(state, `set[${row}].attribute`) || null, hint: '' },
  },
  {
    ...{ kind: 'text', block: `set[${row}].value`, label: `To this value`, optional: true, lines: true },
    ...{
      value: textIn(state, `set[${row}].value`),
      hint: 'Several values: a line each. {{ department }} stands for an attribute.',
    },
  },
];

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const stored = find(ground, meta);
  const place = placeIn(state);
  if (place === null) return misplaced;
  const conditions = readConditions(state, meta.rows, stored?.conditions ?? []);
  if ('errors' in conditions) return conditions;
  const set = readSets(state, stored?.set ?? []);
  if ('errors' in set) return set;
  const name = meta.act === 'new' ? textIn(state, 'name').trim() : (meta.name ?? '');
  const roles = showsRoles(stored?.roles ?? []) ? listIn(state, 'roles') : stored?.roles;
  const raw = { name, match: textIn(state, 'match') || 'all', conditions: conditions.raw, roles, set: set.raw };
  const blockOf = (path: string) =>
    conditionBlock(path, conditions.rowOf) ?? setBlock(path, set.rowOf) ?? plainBlock(path);
  const mapping = parsedAs(Mapping, raw, blockOf, 'roles');
  if ('errors' in mapping) return mapping;
  const { name: _, ...change } = mapping.value;
  const was = stored === undefined ? -1 : ground.config.mappings.indexOf(stored);
  return {
    holder: { mapping: name },
    place: (next) => `mappings[${next.mappings.findIndex((one) => one.name === name)}]`,
    blockOf,
    edit: ifUnchanged(mappingForm, meta, (config) => {
      if (meta.act === 'new') return addMapping(config, mapping.value, place);
      const changed = changeMapping(config, name, change);
      return place === was ? changed : moveMapping(changed, name, place);
    }),
  };
}

function readSets(state: State, stored: readonly Assignment[]): Woven | Misfit {
  const shown = shownSets(stored);
  const written = new Map<number, unknown>();
  for (let row = 0; row < mostSets; row += 1) {
    const [attribute, text] = [textIn(state, `set[${row}].attribute`), textIn(state, `set[${row}].value`)];
    if (attribute === '' && text.trim() === '') continue;
    if (attribute === '') return { errors: { [`set[${row}].attribute`]: 'Name the attribute, or empty its value.' } };
    written.set(row, { attribute, value: writtenValue(text, shown[row]?.value) ?? '' });
  }
  return woven(stored, shown, written);
}

function setBlock(path: string, rowOf: Woven['rowOf']): string | null {
  const found = rowAt(path, 'set', rowOf);
  return found === null ? null : `set[${found.row}].${found.rest.startsWith('.value') ? 'value' : 'attribute'}`;
}

const plainBlock = (path: string): string | null => /^(name|match|roles)/.exec(path)?.[1] ?? null;
