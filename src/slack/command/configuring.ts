import { mappingList, parameterList, ruleList, settingsList } from '../../../blocks/config-list.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { roleList } from '../../../blocks/roles.ts';
import { nearest } from '../../core/nearest.ts';
import { fold } from '../../core/text.ts';
import type { SlackDeps } from '../deps.ts';
import { openPart } from '../forms/edit.ts';
import type { FormMeta, PartIds } from '../forms/form.ts';
import type { Known } from './access.ts';
import type { Say } from './slow.ts';
import { type AppRef, appAndRest } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

const noConfig = answer('Rollcall has no configuration yet. Import one: rollcall config import FILE.');
const gone = answer('That is not there any more.');

/** One page of what can be changed: mappings, an app's rules or parameters, the settings. */
export async function partList(deps: SlackDeps, { what, app }: PartIds, page: number): Promise<Message> {
  const stored = await deps.useCases.configuration();
  if (stored === null) return noConfig;
  const { config } = stored;
  const found = config.apps.find(({ name }) => name === app);
  if (what === 'mapping') return mappingList(config, page);
  if (what === 'role') return roleList(await deps.useCases.roles(), page);
  if (what === 'settings') return settingsList(config.settings);
  if (found === undefined) return gone;
  const ref = { app: found.name, title: found.title ?? found.name };
  return what === 'rule' ? ruleList(ref, found.rules, page) : parameterList(ref, found.parameters, page);
}

/** What stands at the end of a line: what to do with what was named before it. */
type Asked = { act: FormMeta['act'] | 'show'; rest: readonly Token[] };
const acts: Readonly<Record<string, FormMeta['act']>> = {
  new: 'new',
  add: 'new',
  edit: 'edit',
  change: 'edit',
  remove: 'remove',
  delete: 'remove',
};

export function askedFor(tokens: readonly Token[]): Asked {
  const last = tokens.at(-1);
  const act = last?.kind === 'word' ? acts[fold(last.text)] : undefined;
  return act === undefined ? { act: 'show', rest: tokens } : { act, rest: tokens.slice(0, -1) };
}

/** The entry of this name, or which there are. */
function entryNamed(names: readonly string[], text: string, what: string): string | { message: Message } {
  const found = names.find((name) => name === text) ?? names.find((name) => fold(name) === fold(text));
  if (found !== undefined) return found;
  const meant = nearest(text, names);
  const others = names.length === 0 ? `There is no ${what} yet.` : `There are ${names.slice(0, 20).join(', ')}.`;
  return { message: answer(`I do not know that ${what}. ${meant === null ? others : `Did you mean ${meant}?`}`) };
}

/** `mapping`, `mapping NAME`, `mapping NAME edit`, `mapping new`, `mapping NAME remove`. */
export async function runMapping(
  deps: SlackDeps,
  _caller: Known,
  { who = [] }: Input<'mapping'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  const stored = await deps.useCases.configuration();
  if (stored === null) return noConfig;
  const { act, rest } = askedFor(who);
  if (act === 'new') return openPart(deps, trigger, { what: 'mapping', act });
  if (rest.length === 0) return mappingList(stored.config, 0);
  const names = stored.config.mappings.map(({ name }) => name);
  const name = entryNamed(names, textOf(rest), 'mapping');
  if (typeof name !== 'string') return name.message;
  return act === 'show' ? mappingList(stored.config, 0, name) : openPart(deps, trigger, { what: 'mapping', name, act });
}

/** `rule APP`, `rule APP NAME edit`, `rule APP new`, `rule APP NAME remove`. */
export async function runRule(
  deps: SlackDeps,
  _caller: Known,
  { who }: Input<'rule'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  const found = await appAsked(deps, who);
  if ('message' in found) return found.message;
  const { ref, app, act, rest } = found;
  if (act === 'new') return openPart(deps, trigger, { what: 'rule', app: ref.app, act });
  if (rest.length === 0) return ruleList(ref, app.rules, 0);
  const names = app.rules.map((rule) => rule.name);
  const name = entryNamed(names, textOf(rest), 'rule');
  if (typeof name !== 'string') return name.message;
  return act === 'show'
    ? ruleList(ref, app.rules, 0, name)
    : openPart(deps, trigger, { what: 'rule', app: ref.app, name, act });
}

/** `parameter APP`, `parameter APP TARGET|NUMBER edit`, `parameter APP new`, `parameter APP NUMBER remove`. */
export async function runParameter(
  deps: SlackDeps,
  _caller: Known,
  { who }: Input<'parameter'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  const found = await appAsked(deps, who);
  if ('message' in found) return found.message;
  const { ref, app, act, rest } = found;
  if (act === 'new') return openPart(deps, trigger, { what: 'parameter', app: ref.app, act });
  if (rest.length === 0) return parameterList(ref, app.parameters, 0);
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
  return openPart(deps, trigger, { what: 'parameter', app: ref.app, name: String(place), act });
}

/** `settings`, `settings edit`. */
export async function runSettings(
  deps: SlackDeps,
  _caller: Known,
  { act }: Input<'settings'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  if (act !== undefined) return openPart(deps, trigger, { what: 'settings', act: 'edit' });
  return partList(deps, { what: 'settings' }, 0);
}

async function appAsked(deps: SlackDeps, who: readonly Token[]) {
  const { act, rest } = askedFor(who);
  const found = await appAndRest(deps, rest);
  if ('message' in found) return found;
  const stored = await deps.useCases.configuration();
  const app = stored?.config.apps.find(({ name }) => name === found.app.app);
  if (app === undefined) return { message: gone };
  const ref: AppRef = found.app;
  return { ref, app, act, rest: found.rest };
}
