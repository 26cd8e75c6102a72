import { changeSettings } from '../../core/config-edit-people.ts';
import { Settings } from '../../core/settings-schema.ts';
import {
  conditionBlock,
  conditionFields,
  conditionState,
  keptConditions,
  mostRows,
  readConditions,
} from './conditions.ts';
import type { Draft, FormKind, FormMeta, Ground, Misfit, State } from './form.ts';
import { parsedAs } from './parsed.ts';
import { isSettingsSection, settingsSections } from './settings-sections.ts';
import { blockAt, fieldsOf, type Group, keptNotes, stateOf, touchedKeys, withValue, written } from './values.ts';

/** The section a form is about; `general` without one. */
const sectionOf = ({ name = 'general' }: FormMeta) => settingsSections[isSettingsSection(name) ? name : 'general'];
const hasRows = ({ name }: FormMeta): boolean => name === 'contractors';
const conditionsIn = ({ config }: Ground) => config.settings.contractors?.conditions ?? [];

/** One section of the settings of the company. */
export const settingsForm: FormKind = {
  mostRows: (meta) => (hasRows(meta) ? mostRows : 0),
  head: (meta) => sectionOf(meta).head,
  entry: (_ground, { name = 'general' }) => (isSettingsSection(name) ? {} : undefined),
  state: (ground, meta) => ({
    ...stateOf(sectionOf(meta).inputs, ground.config.settings),
    ...(hasRows(meta) ? conditionState(conditionsIn(ground)) : {}),
  }),
  fields: (ground, meta, state) => [
    ...fieldsOf(sectionOf(meta).inputs, ground.config.settings, state),
    ...(hasRows(meta) ? conditionFields(state, meta.rows) : []),
  ],
  notes: (ground, meta) => [
    ...keptNotes(sectionOf(meta).inputs, ground.config.settings),
    ...(hasRows(meta) ? keptConditions(conditionsIn(ground)) : []),
    ...sectionOf(meta).notes,
  ],
  draft: draftOf,
  removal: () => (config) => config,
};

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const { inputs, spare = [] } = sectionOf(meta);
  const said = written(inputs, ground.config.settings, state, spare);
  const rows = hasRows(meta) ? withRows(ground, meta, state, said.group) : { group: said.group, rowOf: [] };
  if ('errors' in rows) return rows;
  const blockOf = (path: string) =>
    conditionBlock(path.replace(/^contractors\./, ''), rows.rowOf) ?? blockAt(inputs, path);
  const read = parsedAs(Settings, rows.group, blockOf, inputs[0]?.block ?? '');
  if ('errors' in read) return read;
  const touched = [...said.touched, ...(hasRows(meta) ? ['contractors'] : [])];
  const change = touchedKeys(read.value, touched);
  return { holder: null, place: () => 'settings', blockOf, edit: (config) => changeSettings(config, change) };
}

/** For whom a sponsor and an end date are needed; switched off, nothing of it stays. */
function withRows(ground: Ground, meta: FormMeta, state: State, group: Group) {
  if (state.contractors !== 'true') return { group: withValue(group, 'contractors', undefined), rowOf: [] };
  const conditions = readConditions(state, meta.rows, conditionsIn(ground));
  if ('errors' in conditions) return conditions;
  return { group: withValue(group, 'contractors.conditions', conditions.raw), rowOf: conditions.rowOf };
}
