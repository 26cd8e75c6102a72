import type { App } from '@slack/bolt';
import type { PlainTextOption } from '@slack/types';
import { actionIds, configSearches } from '../../../blocks/ids.ts';
import { type Field, nameOption } from '../../../blocks/inputs.ts';
import { limits, option } from '../../../blocks/kit.ts';
import { attributesIn } from '../../core/condition.ts';
import type { Config } from '../../core/config.ts';
import { canonicalAttributes } from '../../core/model.ts';
import { byText, fold } from '../../core/text.ts';
import { callerOf } from '../caller.ts';
import { readNameSearch } from '../config-payload.ts';
import { isFormStep, type StepGround } from '../connect/step.ts';
import { stepForms } from '../connect/steps.ts';
import type { SlackDeps } from '../deps.ts';
import { groundFor } from './edit.ts';
import type { FormMeta, Ground } from './form.ts';
import { formKinds } from './kinds.ts';
import { wholeState } from './view.ts';

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
  for (const id of [configSearches.choice, actionIds.connectAsk])
    app.options(id, async ({ ack, body }) => {
      await ack({ options: await choicesFor(deps, body) });
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

async function namesFor(
  deps: SlackDeps,
  body: unknown,
  namesIn: (ground: Ground) => readonly string[],
): Promise<PlainTextOption[]> {
  const { user, text, meta } = readNameSearch(body);
  const ground = await groundOf(deps, user, meta);
  if (ground === null) return [];
  const wanted = fold(text);
  return [...new Set(namesIn(ground))]
    .filter((name) => fold(name).includes(wanted))
    .sort(byText)
    .slice(0, limits.options)
    .map(nameOption);
}

/** Null to those who are no admins. */
async function groundOf(deps: SlackDeps, user: string, meta: FormMeta): Promise<Ground | null> {
  const [caller, ground] = await Promise.all([callerOf(deps, user, 'read'), groundFor(deps, meta)]);
  return caller.known && caller.powers.admin ? ground : null;
}

/** What an input of a form offers that has more than is sent along; Slack takes at most 100 at once. */
async function choicesFor(deps: SlackDeps, body: unknown): Promise<PlainTextOption[]> {
  const { user, text, meta, block, state } = readNameSearch(body);
  const ground = await groundOf(deps, user, meta);
  if (ground === null) return [];
  const fields: readonly Field[] =
    meta.step !== undefined && isFormStep(meta.step) && isStepGround(ground)
      ? stepForms[meta.step].fields(ground, state)
      : formKinds[meta.what].fields(ground, meta, wholeState(ground, meta, state));
  return choicesIn(fields, block, text);
}

/** The choices of the input in this block that hold the text. */
function choicesIn(fields: readonly Field[], block: string, text: string): PlainTextOption[] {
  const field = fields.find((one) => one.block === block);
  if (field?.kind !== 'choice') return [];
  return field.choices
    .filter((choice) => fold(choice.text).includes(fold(text)))
    .slice(0, limits.options)
    .map(option);
}

const isStepGround = (ground: Ground): ground is StepGround => 'draft' in ground;
