import { type Field, longestText } from '../../../blocks/inputs.ts';
import { Settings } from '../../core/config.ts';
import { changeSettings } from '../../core/config-edit-people.ts';
import { fieldKindAt, fieldText, fieldValue } from '../../core/form.ts';
import { type Draft, type FormKind, type FormMeta, type Ground, type Misfit, type State, textIn } from './form.ts';
import { parsedAs } from './parsed.ts';

/** The settings a form asks for; how, their schemas say. */
const asked: readonly (readonly [path: string, label: string, hint: string])[] = [
  ['admins', 'Admins', 'An e-mail address or Slack user id a line. They configure, sync, rematch and undo.'],
  ['approvers', 'Approvers', 'The same, or “manager”, or “owners” of the app, a line each.'],
  ['quorum', 'Quorum', 'How many have to agree.'],
  ['approvalExpiry', 'A request waits', 'Such as 3 days.'],
  ['channel', 'Channel', 'Requests about joins and moves are asked here.'],
  ['leaverChannel', 'Channel for leavers', 'A private one; without it, direct messages.'],
  ['protected', 'Protected people', 'An e-mail address a line. Their accounts are never removed unasked.'],
  ['deletionThreshold.count', 'Deletion threshold: accounts', 'More removals than this in its window are held.'],
  ['deletionThreshold.percent', 'Deletion threshold: percent', 'Or more than this share of all accounts.'],
  ['deletionThreshold.window', 'Deletion threshold: window', 'Such as 24 hours.'],
  ['deletionThreshold.floor', 'Deletion threshold: floor', 'Up to so many, nothing is ever held.'],
  ['digest.channel', 'Digest: channel', 'What failed or is held, every day. All three empty: none.'],
  ['digest.at', 'Digest: time', 'Such as 09:00.'],
  ['digest.timezone', 'Digest: time zone', 'Such as Europe/Berlin.'],
  ['timezone', 'Time zone', 'Where dates are meant.'],
];

const pathOf = (block: string): string[] => block.split('.');
const kindOf = (block: string) => fieldKindAt(Settings, pathOf(block)) ?? { kind: 'text' as const, choices: [] };

function valueAt(settings: object, block: string): unknown {
  let found: unknown = settings;
  for (const key of pathOf(block))
    found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

const textAt = ({ config }: Ground, block: string): string => fieldText(valueAt(config.settings, block));
const isLong = (ground: Ground, block: string): boolean => textAt(ground, block).length > longestText;

export const settingsForm: FormKind = {
  mostRows: 0,
  head: () => 'The settings of the company',
  entry: () => ({}),
  state: (ground) => Object.fromEntries(asked.map(([block]) => [block, textAt(ground, block)])),
  fields: (ground, _meta, state) =>
    asked.filter(([block]) => !isLong(ground, block)).map(([block, label, hint]) => fieldOf(block, label, hint, state)),
  notes: (ground) =>
    asked
      .filter(([block]) => isLong(ground, block))
      .map(([, label]) => `Kept as they are, too many for a form: ${label}`),
  draft: draftOf,
  removal: () => (config) => config,
};

function fieldOf(block: string, label: string, hint: string, state: State): Field {
  const { kind, choices } = kindOf(block);
  const value = textIn(state, block);
  const common = { block, label, hint, optional: true };
  if (kind === 'choice') return { ...common, kind, value, choices: choices.map((one) => ({ value: one, text: one })) };
  return { ...common, kind: 'text', value, lines: kind === 'lines' };
}

function draftOf(ground: Ground, _meta: FormMeta, state: State): Draft | Misfit {
  const raw = { ...ground.config.settings } as Record<string, unknown>;
  // What was not touched stays exactly what it was.
  const touched = asked.map(([block]) => block).filter((block) => textIn(state, block) !== textAt(ground, block));
  for (const block of touched)
    if (!isLong(ground, block)) put(raw, pathOf(block), fieldValue(kindOf(block), textIn(state, block)));
  const digest = raw.digest as Record<string, unknown> | undefined;
  if (['channel', 'at', 'timezone'].every((key) => digest?.[key] === undefined)) delete raw.digest;
  const blockOf = (path: string) => asked.map(([block]) => block).find((block) => path.startsWith(block)) ?? null;
  const settings = parsedAs(Settings, raw, blockOf, 'channel');
  if ('errors' in settings) return settings;
  const whole = { leaverChannel: undefined, digest: undefined, ...settings.value };
  const keys = new Set(touched.map((block) => pathOf(block)[0] ?? ''));
  const change = Object.fromEntries(Object.entries(whole).filter(([key]) => keys.has(key)));
  return { holder: null, place: () => 'settings', blockOf, edit: (config) => changeSettings(config, change) };
}

/** Groups are copied on the way: the configuration never changes in place. */
function put(owner: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete owner[key];
    else owner[key] = value;
    return;
  }
  const group = { ...(owner[key] as Record<string, unknown> | undefined) };
  put(group, rest, value);
  owner[key] = group;
}
