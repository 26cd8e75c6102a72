import type { KnownBlock } from '@slack/types';
import type { Parameter, Rule } from '../src/core/app-schema.ts';
import { describeAll } from '../src/core/condition.ts';
import type { Config, DirectoryConfig, Mapping } from '../src/core/config.ts';
import { valueText } from '../src/core/config-value-text.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName, type Ids } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { bold, code, cutTo, enumerate, escaped, join, type Markup, md, nothing } from './markup.ts';

/** One entry of a list: how it reads, and what its buttons carry. */
type Item = { name: string; text: Markup; ids: Ids };
type Listing = {
  /** `Mappings`, in the first sentence. */
  head: Markup;
  items: readonly Item[];
  /** Of all; `items` are those of the page. */
  total: number;
  page: number;
  ids: Ids;
  add: string;
  hint: Markup;
};

/** Entries on a page: each has a row of buttons. */
export const configPage = 8;
/** Items are short enough for all of a page to fit a message. */
const itemLength = 900;

function listing({ head, items, total, page, ids, add, hint }: Listing): Message {
  const pages = Math.max(1, Math.ceil(total / configPage));
  return message([
    section(md`${head}${total === 0 ? md`: there are none yet.` : md`:`}`),
    ...items.flatMap(itemBlocks),
    pages > 1 ? context(md`Page ${page + 1} of ${pages}; ${total.toLocaleString('en-US')} in all.`) : null,
    pager(page, pages, ids, add),
    context(hint),
  ]);
}

function itemBlocks({ name, text, ids }: Item): KnownBlock[] {
  const row = buttonRow([
    idButton({ id: actionIds.configEdit, label: 'Edit', ids, spoken: `Edit ${name}` }),
    idButton({ id: actionIds.configRemove, label: 'Remove', ids, spoken: `Remove ${name}` }),
  ]);
  return [section(cutTo(text, itemLength)), ...(row === null ? [] : [row])];
}

const pager = (page: number, pages: number, ids: Ids, add: string): KnownBlock | null =>
  buttonRow([
    idButton({ id: actionIds.configNew, label: add, ids }),
    page > 0
      ? idButton({ id: actionIds.configPreviousPage, label: 'Previous page', ids: { ...ids, page: String(page - 1) } })
      : null,
    page < pages - 1
      ? idButton({ id: actionIds.configNextPage, label: 'Next page', ids: { ...ids, page: String(page + 1) } })
      : null,
  ]);

const numbered = <T>(entries: readonly T[]): [T, number][] => entries.map((entry, index) => [entry, index]);
const pageOf = <T>(entries: readonly T[], page: number): [T, number][] =>
  numbered(entries).slice(page * configPage, (page + 1) * configPage);

/** The mappings in their order; `only`: this one alone. */
export function mappingList({ mappings }: Pick<Config, 'mappings'>, page: number, only: string | null = null): Message {
  const shown = only === null ? pageOf(mappings, page) : numbered(mappings).filter(([{ name }]) => name === only);
  return listing({
    ...{ head: md`Mappings, in the order they run`, page, ids: { what: 'mapping' }, add: 'New mapping' },
    total: only === null ? mappings.length : shown.length,
    items: shown.map(([mapping, index]) => ({
      ...{ name: mapping.name, text: mappingText(mapping, index) },
      ids: { what: 'mapping', name: mapping.name },
    })),
    hint: md`${code(`${commandName} mapping NAME edit`)} changes one, ${code('new')} adds one, ${code('remove')} takes one out.`,
  });
}

function mappingText({ name, match, conditions, roles, set }: Mapping, index: number): Markup {
  const gives = roles.length === 0 ? nothing : md` → ${enumerate(few(roles).map((role) => bold(role, 60)))}`;
  const sets =
    set.length === 0
      ? nothing
      : md`; sets ${enumerate(few(set.map(({ attribute }) => attribute)).map((one) => code(one, 60)))}`;
  return md`${index + 1}. ${bold(name, 80)}: ${escaped(describeAll({ match, conditions }), 400)}${gives}${sets}`;
}

const few = (names: readonly string[]): string[] =>
  names.length <= 6 ? [...names] : [...names.slice(0, 5), `${names.length - 5} more`];

export type AppOf = { app: string; title: string };

/** The rules of an app in their order. */
export function ruleList(
  { app, title }: AppOf,
  rules: readonly Rule[],
  page: number,
  only: string | null = null,
): Message {
  const shown = only === null ? pageOf(rules, page) : numbered(rules).filter(([{ name }]) => name === only);
  return listing({
    ...{
      head: md`Rules of ${bold(title, 80)}, in the order they run`,
      page,
      ids: { what: 'rule', app },
      add: 'New rule',
    },
    total: only === null ? rules.length : shown.length,
    items: shown.map(([rule, index]) => ({
      ...{ name: rule.name, text: ruleText(rule, index), ids: { what: 'rule', app, name: rule.name } },
    })),
    hint: md`${code(`${commandName} rule ${app} NAME edit`, 200)} changes one, ${code('new')} adds one, ${code('remove')} takes one out.`,
  });
}

function ruleText({ name, match, conditions, actions }: Rule, index: number): Markup {
  const does = actions.slice(0, 4).map((action) => escaped(valueText(action, false), 160));
  const more = actions.length > 4 ? [md`${actions.length - 4} more`] : [];
  return md`${index + 1}. ${bold(name, 80)}: ${escaped(describeAll({ match, conditions }), 300)} → ${join([...does, ...more], ', ')}`;
}

/** The parameters of an app; each is known by its number. */
export function parameterList(
  { app, title }: AppOf,
  parameters: readonly Parameter[],
  page: number,
  only: readonly number[] | null = null,
): Message {
  const shown =
    only === null ? pageOf(parameters, page) : numbered(parameters).filter(([, index]) => only.includes(index));
  return listing({
    ...{ head: md`Parameters of ${bold(title, 80)}`, page, ids: { what: 'parameter', app }, add: 'New parameter' },
    total: only === null ? parameters.length : shown.length,
    items: shown.slice(0, configPage).map(([parameter, index]) => ({
      ...{ name: `parameter ${index + 1}`, text: parameterText(parameter, index) },
      ids: { what: 'parameter', app, name: String(index) },
    })),
    hint: md`What is not filled here has the defaults of the app’s connector. ${code(`${commandName} parameter ${app} NUMBER edit`, 200)} changes one.`,
  });
}

function parameterText(parameter: Parameter, index: number): Markup {
  const { target, ...rest } = parameter;
  const said = valueText({ target, ...rest }, false).replace(/^\{ target: .*?, /, '{ ');
  return md`${index + 1}. ${bold(target, 80)} ← ${escaped(said, 500)}`;
}

/** The directories, in the order they are believed; `only`: this one alone. */
export function directoryList(
  { directories }: Pick<Config, 'directories'>,
  page: number,
  only: string | null = null,
): Message {
  const shown = only === null ? pageOf(directories, page) : numbered(directories).filter(([{ name }]) => name === only);
  return listing({
    ...{
      head: md`Directories, in the order they are believed`,
      page,
      ids: { what: 'directory' },
      add: 'New directory',
    },
    total: only === null ? directories.length : shown.length,
    items: shown.map(([directory, index]) => ({
      ...{ name: directory.name, text: directoryText(directory, index) },
      ids: { what: 'directory', name: directory.name },
    })),
    hint: md`${code(`${commandName} directory NAME edit`)} changes how one is read, ${code('new')} connects one, ${code('remove')} takes one out.`,
  });
}

function directoryText(
  { name, title, connector, schedule, authoritative, join: keys }: DirectoryConfig,
  index: number,
) {
  const called = title === undefined ? nothing : md` (${escaped(title, 80)})`;
  const says = authoritative ? 'suspended or gone there means leaving' : 'nobody leaves because of it';
  const by = escaped(keys.join(', '), 200);
  return md`${index + 1}. ${bold(name, 80)}${called}: ${escaped(connector, 60)}, every ${escaped(schedule, 40)}; ${says}; joined by ${by}`;
}
