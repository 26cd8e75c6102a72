import { App } from '../../core/app-schema.ts';
import { Directory } from '../../core/config.ts';
import { touchedIn } from '../forms/app.ts';
import { type AppSection, sections } from '../forms/app-sections.ts';
import { readingInputs } from '../forms/directory.ts';
import type { State } from '../forms/form.ts';
import { parsedAs } from '../forms/parsed.ts';
import { blockAt, fieldsOf, keptNotes, touchedKeys, written } from '../forms/values.ts';
import { appIn, type StepForm, type StepGround } from './step.ts';

/** A step that asks for a section of the app, as the form about one that is connected does. */
export function sectionStep(name: AppSection): StepForm {
  const section = sections[name];
  return {
    ...{ what: 'app', head: ({ draft }) => section.head(draft.title ?? draft.name) },
    lines: ({ draft }) =>
      name === 'entitlements' && draft.refreshed !== null ? [`Last import: ${draft.refreshed.text}`] : [],
    fields(ground, state) {
      const found = inSection(ground, name);
      return found === null ? [] : fieldsOf(found.inputs, found.app, state);
    },
    notes(ground) {
      const found = inSection(ground, name);
      const own = found === null ? [] : [...keptNotes(found.inputs, found.app), ...section.notes(found.about)];
      return name === 'entitlements' ? [...own, refreshNote] : own;
    },
    read: (ground, state) => readSection(ground, name, state),
  };
}

const refreshNote = 'Refresh, on the card, imports the values there are; that may take minutes.';

function inSection(ground: StepGround, name: AppSection) {
  const app = appIn(ground);
  if (app === undefined) return null;
  const about = { app, settings: ground.config.settings, target: ground.target, isNew: true };
  return { app, about, inputs: sections[name].inputs(about) };
}

/** Only what was touched becomes the draft's own; the rest stays as it is by default. */
function readSection(ground: StepGround, name: AppSection, state: State): ReturnType<StepForm['read']> {
  const found = inSection(ground, name);
  if (found === null) return { change: {}, blockOf: () => null };
  const { group, touched } = written(found.inputs, found.app, state, sections[name].spare);
  const blockOf = (path: string) => blockAt(found.inputs, path);
  const read = parsedAs(App, group, blockOf, found.inputs[0]?.block ?? '');
  if ('errors' in read) return read;
  const { own, provisioning } = touchedIn(read.value, touched);
  const { parameters, ...about } = own;
  return { change: { about, provisioning, ...(parameters === undefined ? {} : { parameters }) }, blockOf };
}

/** How a directory is read. */
export const readingStep: StepForm = {
  ...{ what: 'directory', lines: () => [], notes: () => [] },
  head: ({ draft }) => `How ${draft.title ?? draft.name} is read.`,
  fields: (ground, state) => fieldsOf(readingInputs, directoryIn(ground), state),
  read(ground, state) {
    const { group, touched } = written(readingInputs, directoryIn(ground), state);
    const blockOf = (path: string) => blockAt(readingInputs, path);
    const read = parsedAs(Directory, group, blockOf, 'schedule');
    return 'errors' in read ? read : { change: { reading: touchedKeys(read.value, touched) }, blockOf };
  },
};

function directoryIn({ draft: { reading, name, connector } }: StepGround) {
  const read = Directory.safeParse({ ...reading, name, connector });
  return read.success ? read.data : Directory.parse({ name, connector });
}
