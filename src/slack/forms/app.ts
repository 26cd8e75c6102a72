import { App, type AppConfig } from '../../core/app-schema.ts';
import type { Config } from '../../core/config.ts';
import { changeApp, changeProvisioning, removeApp } from '../../core/config-edit-app.ts';
import { type AppSection, isAppSection, type Section, type SectionGround, sections } from './app-sections.ts';
import { type Draft, type FormKind, type FormMeta, type Ground, ifUnchanged, type Misfit, type State } from './form.ts';
import { parsedAs } from './parsed.ts';
import { blockAt, fieldsOf, keptNotes, stateOf, touchedKeys, written } from './values.ts';

/** What a form about a section of the app is made from; undefined: the app, or the section, is not there. */
function found({ config, target = null, addresses = null }: Ground, { app: name, name: section = '' }: FormMeta) {
  const app = config.apps.find((one) => one.name === name);
  if (app === undefined || !isAppSection(section)) return undefined;
  const ground: SectionGround = { app, settings: config.settings, target, addresses };
  return { app, section, ground, inputs: sections[section].inputs(ground) };
}

/** What stands for the section: whoever changed it meanwhile is not overwritten. */
function partOf(app: AppConfig, section: AppSection): unknown {
  const { title, owners, requestable, signOn, saml, provisioning, parameters } = app;
  if (section === 'owners') return { title, owners, requestable, signOn };
  if (section === 'sign-on') return { saml: saml ?? null };
  return section === 'password' ? parameters : provisioning;
}

/** One section of an app that is connected; removed, it is the whole app. */
export const appForm: FormKind = {
  mostRows: () => 0,
  head: ({ act, app = '', name = '' }) =>
    act === 'remove'
      ? `The app ${app}. Its accounts stay as they are, and Rollcall stops managing them.`
      : sectionOf(name).head(app),
  entry(ground, meta) {
    if (meta.act === 'remove') return ground.config.apps.find(({ name }) => name === meta.app);
    const there = found(ground, meta);
    return there === undefined ? undefined : partOf(there.app, there.section);
  },
  state(ground, meta) {
    const there = found(ground, meta);
    return there === undefined ? {} : stateOf(there.inputs, there.app);
  },
  fields(ground, meta, state) {
    const there = found(ground, meta);
    return there === undefined ? [] : fieldsOf(there.inputs, there.app, state);
  },
  notes(ground, meta) {
    const there = found(ground, meta);
    if (there === undefined) return [];
    return [...keptNotes(there.inputs, there.app), ...sections[there.section].notes(there.ground)];
  },
  draft: draftOf,
  removal: (meta) => ifUnchanged(appForm, meta, (config) => removeApp(config, meta.app ?? '')),
};

const sectionOf = (name: string): Section => sections[isAppSection(name) ? name : 'owners'];

function draftOf(ground: Ground, meta: FormMeta, state: State): Draft | Misfit {
  const there = found(ground, meta);
  if (there === undefined) return { errors: { '': 'That is not there any more.' } };
  const { app, section, inputs } = there;
  const { group, touched } = written(inputs, app, state, sections[section].spare);
  const blockOf = (path: string) => blockAt(inputs, path);
  const read = parsedAs(App, group, blockOf, inputs[0]?.block ?? '');
  if ('errors' in read) return read;
  return {
    holder: null,
    place: (next) => `apps[${next.apps.findIndex(({ name }) => name === app.name)}]`,
    blockOf,
    edit: ifUnchanged(appForm, meta, (config) => withTouched(config, read.value, touched)),
  };
}

/** Only what was touched: another section may have been changed meanwhile. */
function withTouched(config: Config, app: AppConfig, touched: readonly string[]): Config {
  const { own, provisioning } = touchedIn(app, touched);
  return changeProvisioning(changeApp(config, app.name, own), app.name, provisioning);
}

/** The touched keys of an app, and those of its provisioning; one that is taken out is undefined. */
export function touchedIn(app: AppConfig, blocks: readonly string[]) {
  const inner = 'provisioning.';
  return {
    own: touchedKeys(
      app,
      blocks.filter((block) => !block.startsWith(inner)),
    ),
    provisioning: touchedKeys(
      app.provisioning,
      blocks.flatMap((block) => (block.startsWith(inner) ? [block.slice(inner.length)] : [])),
    ),
  };
}
