import { Directory, type DirectoryConfig } from '../../core/config.ts';
import { changeDirectory, moveDirectory, removeDirectory } from '../../core/config-edit.ts';
import {
  type Draft,
  type FormKind,
  type FormMeta,
  type Ground,
  ifUnchanged,
  type Misfit,
  misplaced,
  orderField,
  placeIn,
  type State,
} from './form.ts';
import { parsedAs } from './parsed.ts';
import { type Asked, asked, askedFlag, blockAt, fieldsOf, keptNotes, stateOf, touchedKeys, written } from './values.ts';

const find = ({ config }: Ground, { name }: FormMeta): DirectoryConfig | undefined =>
  config.directories.find((directory) => directory.name === name);

/** How a directory is read, and what is believed of it. */
export const readingInputs: readonly Asked[] = [
  asked(Directory, 'schedule', 'Read every', 'Such as “15 minutes” or “1 day”.'),
  askedFlag('authoritative', 'Suspended or gone there means', '', [
    'leaving',
    'nothing: another directory says who leaves',
  ]),
  asked(Directory, 'join', 'The same person elsewhere is known by', 'Attributes, the surest first, a line each.'),
];
const inputs: readonly Asked[] = [
  asked(Directory, 'title', 'Title', 'What people read instead of the name.'),
  ...readingInputs,
];
const orderHint = 'Where two directories say different things of one person, the one that stands first is believed.';

/** A directory that is connected: how it is read, what is believed of it, and before which others. */
export const directoryForm: FormKind = {
  mostRows: () => 0,
  head: ({ act, name }) =>
    act === 'remove' ? `The directory ${name}. Nobody leaves because it is not read any more.` : `Directory ${name}`,
  entry: find,
  state(ground, meta) {
    const directory = find(ground, meta);
    if (directory === undefined) return {};
    return { ...stateOf(inputs, directory), order: String(ground.config.directories.indexOf(directory) + 1) };
  },
  fields(ground, meta, state) {
    const directory = find(ground, meta);
    return directory === undefined ? [] : [...fieldsOf(inputs, directory, state), orderField(state, orderHint)];
  },
  notes(ground, meta) {
    const kept = keptNotes(inputs, find(ground, meta) ?? {});
    return [...kept, 'Where it is reached stays as it is; /provision renew gives it other credentials.'];
  },
  draft: draftOf,
  removal: (meta) => ifUnchanged(directoryForm, meta, (config) => removeDirectory(config, meta.name ?? '')),
};

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const stored = find(ground, meta);
  const place = placeIn(state);
  if (stored === undefined) return { errors: { '': 'That is not there any more.' } };
  if (place === null) return misplaced;
  const { group, touched } = written(inputs, stored, state);
  const blockOf = (path: string) => blockAt(inputs, path);
  const read = parsedAs(Directory, group, blockOf, 'title');
  if ('errors' in read) return read;
  const { name } = stored;
  const was = ground.config.directories.indexOf(stored);
  return {
    holder: null,
    place: (next) => `directories[${next.directories.findIndex((one) => one.name === name)}]`,
    blockOf,
    edit: ifUnchanged(directoryForm, meta, (config) => {
      const changed = changeDirectory(config, name, touchedKeys(read.value, touched));
      return place === was ? changed : moveDirectory(changed, name, place);
    }),
  };
}
