import type { Config } from './config.ts';
import type { Connectors } from './config-check.ts';
import { filledAt, wordsOf } from './connection-form.ts';
import { connectorFor, type DirectoryConnector, type TargetConnector } from './connector.ts';
import { type Draft, isReconnected, type Result, type StepName } from './draft.ts';
import { type DraftProblem, draftProblems } from './draft-config.ts';
import {
  connectionDigest,
  connectionProblems,
  fieldTitle,
  grantField,
  grantorDigest,
  openFields,
  secretFields,
} from './draft-connection.ts';
import { parametersText, provisioningText, readingText, rolesText, rulesText, setupTexts } from './draft-words.ts';
import { refused } from './errors.ts';

/** What a draft is looked at beside. `isSet`: something stands under this name of a secret. */
export type DraftWorld = {
  config: Config;
  connectors: Connectors;
  isSet(name: string): boolean;
  edition(name: string): number;
  /** Where apps send the browser back to after authenticating; left out: this process serves no pages. */
  callback?: string;
};

/** `none`: there is nothing to be done, and why. `blocked`: what has to be done first. `wrong`: what is to be put right. */
export type Step = { name: StepName; state: 'todo' | 'done' | 'blocked' | 'wrong' | 'none'; text: string };

/** @throws RollcallError `connector-gone`. */
export function connectorOf(draft: Draft, { connectors }: Pick<DraftWorld, 'connectors'>) {
  const found = (draft.kind === 'app' ? connectors.targets : connectors.directories).get(draft.connector);
  if (found !== undefined) return found;
  const message = `there is no connector ${draft.connector} any more`;
  throw refused('connector-gone', message, 'Drop this and begin anew with another one.');
}

/** The app's connector; null for a directory. */
export function targetOf(
  draft: Pick<Draft, 'kind' | 'connector' | 'connection'>,
  world: Pick<DraftWorld, 'connectors'>,
): TargetConnector | null {
  const found = draft.kind === 'app' ? world.connectors.targets.get(draft.connector) : undefined;
  return found === undefined ? null : connectorFor(found, draft.connection);
}

/** Every step of a draft with how far it is; each can be left and taken up again. */
export function stepsOf(draft: Draft, world: DraftWorld): Step[] {
  const connector = connectorOf(draft, world);
  const connection = connectionStep(draft, connector);
  const secrets = secretsStep(draft, connector, world, connection);
  const typed = secrets === null ? [] : [secrets];
  const granted = authenticateStep(draft, connector, world, [connection, ...typed]);
  const credentials = granted === null ? typed : [...typed, granted];
  const reached = [connection, ...credentials];
  const test = testStep(draft, world, reached);
  if (draft.renews) return [...reached, test];
  const problems = connection.state === 'done' ? draftProblems(draft, world.config, world.connectors) : [];
  const target = targetOf(draft, world);
  const middle = target === null ? [readingStep(draft)] : appSteps(draft, target, world, test);
  const steps = [...reached, test, ...middle.map((step) => judged(step, problems))];
  return [...steps, reviewStep(steps, problems)];
}

const afterStep = ({ name }: Step): string => `after the ${name === 'authenticate' ? 'authentication' : name}`;

/** The step to take next: the first that waits or is wrong; null once there is none. */
export const nextStep = (steps: readonly Step[]): StepName | null =>
  steps.find(({ state }) => state === 'todo' || state === 'wrong')?.name ?? null;

type Connector = TargetConnector | DirectoryConnector;

function connectionStep(draft: Draft, connector: Connector): Step {
  if (draft.renews && !isReconnected(draft))
    return { name: 'connection', state: 'done', text: `as it is: ${connectionText(draft, connector)}` };
  if (!draft.saved.includes('connection'))
    return { name: 'connection', state: 'todo', text: `where ${connector.title} is reached` };
  const [problem] = connectionProblems(connector, draft.connection);
  if (problem === undefined) return { name: 'connection', state: 'done', text: connectionText(draft, connector) };
  return { name: 'connection', state: 'wrong', text: `${fieldTitle({ path: problem[0] })}: ${problem[1]}` };
}

/** What tells it best: the first required text, which is its address. */
function connectionText({ connection }: Draft, connector: Connector): string {
  const field = openFields(connector, connection).find(({ kind, required }) => kind === 'text' && required);
  return field === undefined ? 'filled in' : wordsOf(field, filledAt(connection, field.path));
}

/** Null: the connection has no secrets. */
function secretsStep(draft: Draft, connector: Connector, world: DraftWorld, connection: Step): Step | null {
  const fields = secretFields(connector, draft.connection);
  if (fields.length === 0) return null;
  const name = 'secrets' as const;
  if (connection.state !== 'done') return { name, state: 'blocked', text: 'after the connection' };
  // What is renewed by authenticating anew keeps the secrets beside it, unless somebody enters others or it is reached elsewhere.
  const keeps = !isReconnected(draft) && grantField(connector, draft.connection) !== null;
  const isAnew = draft.renews && !draft.saved.includes('secrets') && !keeps;
  const missing = fields.filter(({ path, required }) => isAnew || (required && !world.isSet(draft.names[path] ?? '')));
  const titles = (missing.length > 0 ? missing : fields).map(fieldTitle).join(', ');
  if (missing.length > 0) return { name, state: 'todo', text: `${titles}: entered on a page, never in Slack` };
  const isThere = fields.some(({ path }) => world.isSet(draft.names[path] ?? ''));
  if (isThere) return { name, state: 'done', text: `${titles}: set` };
  // None is needed: it is asked once all the same, as many an app wants one that others do without.
  return draft.renews || draft.saved.includes('secrets')
    ? { name, state: 'done', text: `${titles}: none` }
    : { name, state: 'todo', text: `${titles}: entered on a page, never in Slack; may stay empty` };
}

/** Null: nobody has to authenticate this kind of connection. */
function authenticateStep(draft: Draft, connector: Connector, world: DraftWorld, before: readonly Step[]): Step | null {
  const field = grantField(connector, draft.connection);
  if (field === null) return null;
  const name = 'authenticate' as const;
  const first = before.find(({ state }) => state !== 'done');
  if (first !== undefined) return { name, state: 'blocked', text: afterStep(first) };
  const { authenticated = null } = draft;
  if (authenticated === null) return { name, state: 'todo', text: grantText(world) };
  if (!authenticated.ok) return { name, state: 'wrong', text: authenticated.text };
  const isKept = world.isSet(draft.names[field.path] ?? '');
  return isKept && authenticated.of === grantorDigest(draft.connection, field)
    ? { name, state: 'done', text: authenticated.text }
    : { name, state: 'todo', text: `what it was authenticated with has changed since; ${grantText(world)}` };
}

const grantText = ({ callback }: DraftWorld): string =>
  callback === undefined
    ? 'this Rollcall serves no pages: start the bot, with PUBLIC_URL'
    : `sign in at the app and grant access; ${callback} has to be among the redirect addresses it knows`;

function testStep(draft: Draft, world: DraftWorld, before: readonly Step[]): Step {
  const name = 'test' as const;
  const first = before.find(({ state }) => state !== 'done');
  if (first !== undefined) return { name, state: 'blocked', text: afterStep(first) };
  const { tested } = draft;
  if (tested === null) return { name, state: 'todo', text: 'is it reached, and are the credentials taken?' };
  if (!isFresh(tested, draft, world)) return { name, state: 'todo', text: 'what it is reached by has changed since' };
  return { name, state: tested.ok ? 'done' : 'wrong', text: tested.text };
}

/** Was it done with the connection as it is now? */
export const isFresh = (result: Result | null, draft: Draft, { edition }: Pick<DraftWorld, 'edition'>): boolean =>
  result !== null && result.of === connectionDigest(draft, edition);

function appSteps(draft: Draft, target: TargetConnector, world: DraftWorld, test: Step): Step[] {
  const setup = setupTexts(draft);
  return [
    said(draft, 'provisioning', provisioningText(draft, target)),
    said(draft, 'owners', setup.owners),
    { name: 'approvals', state: 'done', text: setup.approvals },
    { name: 'timing', state: 'done', text: setup.timing },
    entitlementsStep(draft, target, world),
    { name: 'parameters', state: 'done', text: parametersText(draft, target) },
    passwordStep(target, setup.password),
    { name: 'rules', state: 'done', text: rulesText(draft) },
    said(draft, 'roles', rolesText(draft)),
    target.capabilities.byHand === true ? unlisted : discoveryStep(draft, world, test),
  ];
}

function passwordStep({ title, capabilities }: TargetConnector, text: string): Step {
  const name = 'password' as const;
  return capabilities.password === true
    ? { name, state: 'done', text }
    : { name, state: 'none', text: `${title} takes no passwords` };
}

const readingStep = (draft: Draft): Step => said(draft, 'reading', readingText(draft));

/** It has good defaults, and waits until somebody has seen them. */
const said = ({ saved }: Draft, name: StepName, text: string): Step => ({
  ...{ name, text },
  state: saved.includes(name) ? 'done' : 'todo',
});

function entitlementsStep(draft: Draft, { title, capabilities }: TargetConnector, world: DraftWorld): Step {
  if (capabilities.entitlements !== true) {
    const text = `${title} has none that could be provisioned; whoever makes the app can say whether its API will offer them`;
    return { name: 'entitlements', state: 'none', text };
  }
  const on = filledAt(draft.provisioning, 'entitlements') === true;
  const imported = isFresh(draft.refreshed, draft, world) ? draft.refreshed : null;
  if (imported?.ok === false) return { name: 'entitlements', state: 'todo', text: imported.text };
  const values = imported?.text ?? 'not imported yet';
  return said(draft, 'entitlements', on ? `provisioned; ${values}` : `not provisioned; ${values}`);
}

/** What is there nobody can list; whoever makes an account by hand sees one that is there. */
const unlisted: Step = {
  ...{ name: 'discovery', state: 'none' },
  text: 'its accounts cannot be listed: each task says to keep one that is there',
};

function discoveryStep(draft: Draft, world: DraftWorld, test: Step): Step {
  const name = 'discovery' as const;
  if (test.state !== 'done') return { name, state: 'blocked', text: 'after the test' };
  const { discovered } = draft;
  if (discovered === null || !isFresh(discovered, draft, world))
    return { name, state: 'todo', text: 'whose are the accounts that are there already?' };
  return { name, state: discovered.ok ? 'done' : 'todo', text: discovered.text };
}

function judged(step: Step, problems: readonly DraftProblem[]): Step {
  const found = problems.find((problem) => problem.step === step.name);
  return found === undefined ? step : { ...step, state: 'wrong', text: problemText(found) };
}

const problemText = ({ message, remedy }: DraftProblem): string => `${message}: ${remedy}`;

/** Needed before anything can be connected; the other steps have defaults that hold. */
const needed: ReadonlySet<StepName> = new Set(['connection', 'secrets', 'authenticate', 'test']);

function reviewStep(steps: readonly Step[], problems: readonly DraftProblem[]): Step {
  const name = 'review' as const;
  const undone = steps.find((step) => step.state === 'wrong' || (needed.has(step.name) && step.state !== 'done'));
  if (undone !== undefined) return { name, state: 'blocked', text: afterStep(undone) };
  const own = problems.find((problem) => problem.step === 'review');
  if (own !== undefined) return { name, state: 'wrong', text: problemText(own) };
  return { name, state: 'todo', text: 'what it would come to, before anything is changed' };
}
