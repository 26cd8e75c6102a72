import type { Consent, Step } from '../../core/app-schema.ts';
import { linesIn } from '../../core/form.ts';
import { stepIn, stepText } from '../../core/step-text.ts';
import type { SectionGround } from './app-sections.ts';
import { actions } from './provisioning-inputs.ts';
import { type Asked, askedAs, askedChoice, type Group, type Held, textOf, valueAt, withValue } from './values.ts';

const labels: Readonly<Record<string, string>> = {
  create: 'Creating an account',
  update: 'Changing an account',
  suspend: 'Suspending an account',
  reactivate: 'Reactivating an account',
  delete: 'Deleting an account',
  privileged: 'Gaining a privileged entitlement',
};

/** Who agrees to each action, in which steps, whether they sign in anew; and which entitlements always ask. */
export const approvalInputs = ({ settings, app }: SectionGround): Asked[] => [
  ...[...actions, 'privileged'].flatMap((action) => [
    stepsInput(action),
    ...(settings.stepUp !== undefined || riskOf(consentIn(app, action)) !== undefined ? [riskInput(action)] : []),
  ]),
  askedAs(
    'provisioning.privileged',
    'Privileged entitlements',
    'Gaining one always asks. A line each, such as “groups: Admins”.',
    {
      ...{ lines: true, textOf: privilegedText, valueOf: privilegedIn },
    },
  ),
];

const placeOf = (action: string) => `provisioning.approval.${action}`;
const consentIn = (group: Group, action: string) => valueAt(group, placeOf(action)) as Consent | undefined;
const stepsOf = (consent: Consent | undefined) => (typeof consent === 'object' ? consent.steps : undefined);
const riskOf = (consent: Consent | undefined) => (typeof consent === 'object' ? consent.risk : undefined);

function stepsInput(action: string): Asked {
  const block = `${placeOf(action)}.steps`;
  const label = `${labels[action]}: steps`;
  return {
    ...{ block, label },
    field: (held) => ({
      ...{ kind: 'text', block, label, lines: true, optional: true, value: textOf(held) },
      hint: 'Empty: no steps of its own.',
    }),
    held: (group) => (stepsOf(consentIn(group, action)) ?? []).map(stepText).join('\n'),
    put(group, held) {
      const stored = stepsOf(consentIn(group, action)) ?? [];
      const steps = linesIn(textOf(held)).map((line) => sameStep(stored, line) ?? stepIn(line));
      return withConsent(group, action, steps, riskOf(consentIn(group, action)));
    },
  };
}

/** A line that was not touched stands for the very step it was made of. */
const sameStep = (stored: readonly Step[], line: string): Step | undefined =>
  stored.find((step) => stepText(step).trim() === line);

function riskInput(action: string): Asked {
  const block = `${placeOf(action)}.risk`;
  const hint = 'A press in Slack is then only an intention, and counts once whoever pressed has signed in anew.';
  const input = askedChoice(block, `${labels[action]}: risk`, hint, [
    { value: 'normal', text: 'a press in Slack is enough' },
    { value: 'high', text: 'whoever decides signs in anew' },
  ]);
  return {
    ...input,
    held: (group) => riskOf(consentIn(group, action)) ?? 'normal',
    put: (group, held: Held) =>
      withConsent(group, action, stepsOf(consentIn(group, action)) ?? [], held === 'high' ? 'high' : undefined),
  };
}

/** Without steps and risk it is asked in one step, as before; privileged ones then ask whoever is asked of the change. */
function withConsent(group: Group, action: string, steps: readonly object[], risk: string | undefined): Group {
  const own = { ...(steps.length === 0 ? {} : { steps }), ...(risk === undefined ? {} : { risk }) };
  const plain = action === 'privileged' ? undefined : consentIn(group, action) !== false;
  return withValue(group, placeOf(action), Object.keys(own).length === 0 ? plain : own);
}

const privilegedText = (value: unknown): string =>
  Object.entries((value as Record<string, readonly string[]> | undefined) ?? {})
    .flatMap(([target, names]) => names.map((name) => `${target}: ${name}`))
    .join('\n');

/** A target may hold colons itself: the first one with a space behind it ends it. */
function privilegedIn(text: string): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of linesIn(text)) {
    const [, target = line, name] = /^(.*?):\s+(.*)$/.exec(line) ?? [];
    values.set(target, [...(values.get(target) ?? []), ...(name === undefined ? [] : [name])]);
  }
  return Object.fromEntries(values);
}
