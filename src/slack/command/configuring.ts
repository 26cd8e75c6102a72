import { appSetup } from '../../../blocks/app-setup.ts';
import { directoryList, mappingList, parameterList, ruleList } from '../../../blocks/config-list.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { roleList } from '../../../blocks/roles.ts';
import { settingsList } from '../../../blocks/settings-list.ts';
import type { AppConfig } from '../../core/app-schema.ts';
import { nearest } from '../../core/nearest.ts';
import { fold } from '../../core/text.ts';
import type { SlackDeps } from '../deps.ts';
import { appSections } from '../forms/app-sections.ts';
import { openPart, signOnAddresses } from '../forms/edit.ts';
import type { PartIds } from '../forms/form.ts';
import { settingsSectionNames } from '../forms/settings-sections.ts';
import type { Known } from './access.ts';
import { type Asked, askedFor } from './asked.ts';
import type { Say } from './slow.ts';
import { type AppRef, appAndRest } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input, VerbName } from './verbs.ts';

const noConfig = answer('Rollcall has no configuration yet. Import one: rollcall config import FILE.');
const gone = answer('That is not there any more.');

/** One page of what can be changed: mappings, directories, an app’s rules or parameters, how it is set up, the settings. */
export async function partList(deps: SlackDeps, { what, app }: PartIds, page: number): Promise<Message> {
  const stored = await deps.useCases.configuration();
  if (stored === null) return noConfig;
  const { config } = stored;
  if (what === 'mapping') return mappingList(config, page);
  if (what === 'directory') return directoryList(config, page);
  if (what === 'role') return roleList(await deps.useCases.roles(), page);
  if (what === 'settings') return settingsList(config.settings);
  const found = config.apps.find(({ name }) => name === app);
  if (found === undefined) return gone;
  const ref = { app: found.name, title: found.title ?? found.name };
  if (what === 'app') return setupOf(deps, ref, found);
  return what === 'rule' ? ruleList(ref, found.rules, page) : parameterList(ref, found.parameters, page);
}

/** Our own addresses stand there once people sign on to it through Rollcall. */
const setupOf = async (deps: SlackDeps, ref: AppRef, app: AppConfig): Promise<Message> =>
  appSetup(ref, app, app.saml === undefined ? null : await signOnAddresses(deps));

/** The entry of this name, or which there are. */
function entryNamed(names: readonly string[], text: string, what: string): string | { message: Message } {
  const found = names.find((name) => name === text) ?? names.find((name) => fold(name) === fold(text));
  if (found !== undefined) return found;
  const meant = nearest(text, names);
  const others = names.length === 0 ? `There is no ${what} yet.` : `There are ${names.slice(0, 20).join(', ')}.`;
  return { message: answer(`I do not know that ${what}. ${meant === null ? others : `Did you mean ${meant}?`}`) };
}

/** Lists of the configuration: shown, or one of their entries changed in a form. */
type Run<V extends VerbName> = (
  deps: SlackDeps,
  caller: Known,
  input: Input<V>,
  say: Say,
  trigger: string,
) => Promise<Message | null>;

/** `mapping`, `mapping NAME`, `mapping NAME edit`, `mapping new`, `mapping NAME remove`. */
export const runMapping: Run<'mapping'> = (deps, _caller, { who = [], page }, _say, trigger) =>
  runNamed(deps, trigger, 'mapping', who, page);

/** `directory`, `directory NAME`, `directory NAME edit`, `directory new`, `directory NAME remove`. */
export const runDirectory: Run<'directory'> = (deps, _caller, { who = [], page }, _say, trigger) =>
  runNamed(deps, trigger, 'directory', who, page);

async function runNamed(
  deps: SlackDeps,
  trigger: string,
  what: 'mapping' | 'directory',
  who: readonly Token[],
  page = 1,
): Promise<Message | null> {
  const stored = await deps.useCases.configuration();
  if (stored === null) return noConfig;
  const { config } = stored;
  const { act, rest } = askedFor(who);
  if (act === 'new') return openPart(deps, trigger, { what, act });
  if (rest.length === 0) return partList(deps, { what }, page - 1);
  const names = (what === 'mapping' ? config.mappings : config.directories).map(({ name }) => name);
  const name = entryNamed(names, textOf(rest), what);
  if (typeof name !== 'string') return name.message;
  if (act !== 'show') return openPart(deps, trigger, { what, name, act });
  return what === 'mapping' ? mappingList(config, 0, name) : directoryList(config, 0, name);
}

/** `rule APP`, `rule APP NAME edit`, `rule APP new`, `rule APP NAME remove`. */
export const runRule: Run<'rule'> = (deps, _caller, { who, page }, _say, trigger) =>
  ofApp(deps, trigger, { what: 'rule', who, page }, ({ ref, app, act, rest }) => {
    const name = entryNamed(
      app.rules.map((rule) => rule.name),
      textOf(rest),
      'rule',
    );
    if (typeof name !== 'string') return name.message;
    return act === 'show' ? ruleList(ref, app.rules, 0, name) : { what: 'rule', app: ref.app, name, act };
  });

/** `parameter APP`, `parameter APP TARGET|NUMBER edit`, `parameter APP new`, `parameter APP NUMBER remove`. */
export const runParameter: Run<'parameter'> = (deps, _caller, { who, page }, _say, trigger) =>
  ofApp(deps, trigger, { what: 'parameter', who, page }, ({ ref, app, act, rest }) => {
    const text = textOf(rest);
    const places = app.parameters.flatMap(({ target }, index) =>
      fold(target) === fold(text) || String(index + 1) === text ? [index] : [],
    );
    const [place, another] = places;
    if (place === undefined) {
      const target = entryNamed([...new Set(app.parameters.map((one) => one.target))], text, 'parameter');
      return typeof target === 'string' ? gone : target.message;
    }
    if (act === 'show' || another !== undefined) return parameterList(ref, app.parameters, 0, places);
    return { what: 'parameter', app: ref.app, name: String(place), act };
  });

/** `configure APP`, `configure APP SECTION edit`, `configure APP remove`. */
export async function runConfigure(...given: Parameters<Run<'configure'>>): Promise<Message | null> {
  const [deps, , { who }, , trigger] = given;
  const found = await appAsked(deps, who);
  if ('message' in found) return found.message;
  const { ref, app, act, rest } = found;
  const section = rest.length === 0 ? null : entryNamed(appSections, textOf(rest), 'section');
  if (section !== null && typeof section !== 'string') return section.message;
  if (section === null && act === 'remove') return openPart(deps, trigger, { what: 'app', app: ref.app, act });
  if (section === null || act !== 'edit') return setupOf(deps, ref, app);
  return openPart(deps, trigger, { what: 'app', app: ref.app, name: section, act });
}

/** `settings`, `settings edit`, `settings SECTION edit`. */
export const runSettings: Run<'settings'> = async (deps, _caller, { who = [] }, _say, trigger) => {
  const { act, rest } = askedFor(who);
  const section = rest.length === 0 ? null : entryNamed(settingsSectionNames, textOf(rest), 'section');
  if (section !== null && typeof section !== 'string') return section.message;
  if (act !== 'edit') return partList(deps, { what: 'settings' }, 0);
  return openPart(deps, trigger, { what: 'settings', act, ...(section === null ? {} : { name: section }) });
};

type OfApp = { ref: AppRef; app: AppConfig; act: Asked['act']; rest: readonly Token[] };

/** What stands after an app's name: nothing lists, *new* opens a form; else `one` says what is meant, or opens its form. */
async function ofApp(
  deps: SlackDeps,
  trigger: string,
  { what, who, page = 1 }: { what: 'rule' | 'parameter'; who: readonly Token[]; page: number | undefined },
  one: (asked: OfApp) => Message | Parameters<typeof openPart>[2],
): Promise<Message | null> {
  const found = await appAsked(deps, who);
  if ('message' in found) return found.message;
  const { ref, act, rest } = found;
  if (act === 'new') return openPart(deps, trigger, { what, app: ref.app, act });
  if (rest.length === 0) return partList(deps, { what, app: ref.app }, page - 1);
  const meant = one(found);
  return 'blocks' in meant ? meant : openPart(deps, trigger, meant);
}

async function appAsked(deps: SlackDeps, who: readonly Token[]): Promise<OfApp | { message: Message }> {
  const { act, rest } = askedFor(who);
  const found = await appAndRest(deps, rest);
  if ('message' in found) return found;
  const stored = await deps.useCases.configuration();
  const app = stored?.config.apps.find(({ name }) => name === found.app.app);
  if (app === undefined) return { message: gone };
  const ref: AppRef = found.app;
  return { ref, app, act, rest: found.rest };
}
