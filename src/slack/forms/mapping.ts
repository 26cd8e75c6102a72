import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { Mapping } from '../../core/config.ts';
import { addMapping, changeMapping, moveMapping, removeMapping } from '../../core/config-edit.ts';
import { fieldText } from '../../core/form.ts';
import { conditionalForm } from './conditional.ts';
import { writtenValue } from './conditions.ts';
import { type FormKind, listIn, type Misfit, type State, textIn } from './form.ts';
import { rowAt, type Woven, woven } from './rows.ts';

/** Attributes a mapping sets that a form has room for. */
const mostSets = 8;

type Assignment = Mapping['set'][number];
const isShownSet = ({ attribute, value }: Assignment): boolean =>
  attribute.length <= limits.option && fieldText(value).length <= longestText;
const shownSets = (set: readonly Assignment[]): Assignment[] => set.filter(isShownSet).slice(0, mostSets);
const keptSets = (set: readonly Assignment[]): Assignment[] => set.filter((one) => !shownSets(set).includes(one));
const showsRoles = (roles: readonly string[]): boolean => roles.length <= limits.options;

export const mappingForm: FormKind = conditionalForm<Mapping>({
  schema: Mapping,
  head: ({ act, name }) => (act === 'new' ? 'A new mapping' : `Mapping ${name}`),
  list: ({ mappings }) => mappings,
  placeOf: () => 'mappings',
  orderHint: 'Mappings run in this order; later ones see what earlier ones set.',
  holder: (_meta, mapping) => ({ mapping }),
  state(mapping) {
    const { roles = [], set = [] } = mapping ?? {};
    const sets = shownSets(set).flatMap(({ attribute, value }, row) => [
      [`set[${row}].attribute`, attribute],
      [`set[${row}].value`, fieldText(value)],
    ]);
    return { roles, ...Object.fromEntries(sets) };
  },
  fields(mapping, state) {
    const rows = Math.min(mostSets, shownSets(mapping?.set ?? []).length + 2);
    return [
      ...(showsRoles(mapping?.roles ?? []) ? [rolesField(state)] : []),
      ...Array.from({ length: rows }, (_, row) => setFields(state, row)).flat(),
    ];
  },
  notes: (mapping) => [
    ...keptSets(mapping?.set ?? []).map(({ attribute }) => `Kept as it is: sets ${attribute}`),
    ...(showsRoles(mapping?.roles ?? []) ? [] : [`Kept as they are: its ${mapping?.roles.length} roles`]),
  ],
  read(mapping, state) {
    const set = readSets(state, mapping?.set ?? []);
    if ('errors' in set) return set;
    const roles = showsRoles(mapping?.roles ?? []) ? listIn(state, 'roles') : mapping?.roles;
    return { raw: { roles, set: set.raw }, blockOf: (path) => setBlock(path, set.rowOf) ?? rolesBlock(path) };
  },
  otherwise: 'roles',
  add: (config, _meta, mapping, place) => addMapping(config, mapping, place),
  change: (config, _meta, name, change) => changeMapping(config, name, change),
  move: (config, _meta, name, place) => moveMapping(config, name, place),
  remove: (config, { name = '' }) => removeMapping(config, name),
});

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

const rolesBlock = (path: string): string | null => (path.startsWith('roles') ? 'roles' : null);
