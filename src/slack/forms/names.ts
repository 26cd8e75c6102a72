import type { App } from '@slack/bolt';
import type { PlainTextOption } from '@slack/types';
import { configSearches } from '../../../blocks/ids.ts';
import { nameOption } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { attributesIn } from '../../core/condition.ts';
import type { Config } from '../../core/config.ts';
import { canonicalAttributes } from '../../core/model.ts';
import { byText, fold } from '../../core/text.ts';
import { callerOf } from '../caller.ts';
import { readNameSearch } from '../config-payload.ts';
import type { SlackDeps } from '../deps.ts';
import { groundFor } from './edit.ts';
import type { Ground } from './form.ts';

/** What the searches of the forms offer. */
export function listenToNames(app: App, deps: SlackDeps): void {
  app.options(configSearches.role, async ({ ack, body }) => {
    await ack({ options: await namesFor(deps, body, ({ config }) => config.roles.map(({ name }) => name)) });
  });
  app.options(configSearches.app, async ({ ack, body }) => {
    await ack({ options: await namesFor(deps, body, ({ config }) => config.apps.map(({ name }) => name)) });
  });
  app.options(configSearches.target, async ({ ack, body }) => {
    await ack({ options: await namesFor(deps, body, ({ attributes }) => attributes.map(({ name }) => name)) });
  });
  app.options(configSearches.attribute, async ({ ack, body }) => {
    const { text } = readNameSearch(body);
    const own = text.trim().slice(0, limits.option);
    const offered = await namesFor(deps, body, ({ config }) => attributesOf(config));
    const isNew = own !== '' && offered.length < limits.options && !offered.some(({ value }) => value === own);
    // People may have attributes of any name.
    await ack({ options: isNew ? [...offered, nameOption(own)] : offered });
  });
}

/** The canonical ones, and those the mappings already speak of. */
const attributesOf = ({ mappings, apps }: Config): string[] => [
  ...canonicalAttributes,
  ...mappings.flatMap((mapping) => [...attributesIn(mapping), ...mapping.set.map(({ attribute }) => attribute)]),
  ...apps.flatMap(({ rules, parameters }) => [
    ...rules.flatMap(attributesIn),
    ...parameters.flatMap(({ from }) => from ?? []),
  ]),
];

/** Nothing to those who are no admins; Slack takes at most 100. */
async function namesFor(
  deps: SlackDeps,
  body: unknown,
  namesIn: (ground: Ground) => readonly string[],
): Promise<PlainTextOption[]> {
  const { user, text, meta } = readNameSearch(body);
  const [caller, ground] = await Promise.all([callerOf(deps, user, 'read'), groundFor(deps, meta)]);
  if (!caller.known || !caller.powers.admin || ground === null) return [];
  const wanted = fold(text);
  return [...new Set(namesIn(ground))]
    .filter((name) => fold(name).includes(wanted))
    .sort(byText)
    .slice(0, limits.options)
    .map(nameOption);
}
