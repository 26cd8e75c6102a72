import type { AppConfig, Step } from './app-schema.ts';
import { approverWords, groupWords, stepWords } from './circle.ts';
import type { Config } from './config.ts';
import { isEmail, isSlackUser } from './config-people.ts';
import { meant, type Problem, problem } from './config-problem.ts';
import { checkConnection } from './config-reference.ts';
import type { Place } from './secret.ts';
import { type Settings, StepUp } from './settings-schema.ts';
import { fold } from './text.ts';

const known = ['manager', ...groupWords];
const form = `write an e-mail address, a Slack user id, ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;

/** The steps of every app: each word names somebody, each step leads to as many as have to agree in it. */
export const checkApprovals = ({ apps, settings }: Config): Problem[] => [
  ...checkStepUp(settings),
  ...checkRisks(apps, settings),
  ...placesOf(apps).flatMap(({ app, step, place }) => [
    ...checkWords(step.who, app, settings, [...place, 'who']),
    ...checkWords(step.fallback, app, settings, [...place, 'fallback']),
    ...checkQuorum(step, app, settings, [...place, 'quorum']),
  ]),
];

/** What is marked risky needs somewhere to sign in. */
const checkRisks = (apps: readonly AppConfig[], { stepUp }: Settings): Problem[] =>
  apps.flatMap((app, index) =>
    Object.entries(app.provisioning.approval).flatMap(([action, consent]) => {
      if (stepUp !== undefined || typeof consent === 'boolean' || consent?.risk !== 'high') return [];
      const place: Place = ['apps', index, 'provisioning', 'approval', action, 'risk'];
      const message = 'whoever decides has to sign in anew, and there is nowhere to';
      return [problem(place, message, 'name the OpenID Connect provider in settings.stepUp, or take `risk` out')];
    }),
  );

function checkStepUp({ stepUp }: Settings): Problem[] {
  if (stepUp === undefined) return [];
  const place: Place = ['settings', 'stepUp'];
  const { protocol, hostname, search, hash } = new URL(stepUp.issuer);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isHere = protocol === 'http:' && ['localhost', '127.0.0.1', '::1'].includes(host);
  const good = (protocol === 'https:' || isHere) && search === '' && hash === '';
  const named = `name it, as it is this machine: allowHosts: [${JSON.stringify(host)}] beside the issuer`;
  return [
    ...(good ? [] : [problem([...place, 'issuer'], 'this is no issuer', 'write an https address without a query')]),
    ...(isHere && stepUp.allowHosts?.includes(host) !== true
      ? [problem([...place, 'allowHosts'], `${host} is not called unless it is named`, named)]
      : []),
    ...checkConnection(StepUp, stepUp, place, 'step up'),
  ];
}

type StepPlace = { app: AppConfig; step: Step; place: Place };

function placesOf(apps: readonly AppConfig[]): StepPlace[] {
  return apps.flatMap((app, index) =>
    Object.entries(app.provisioning.approval).flatMap(([action, consent]) => {
      const steps = typeof consent === 'boolean' ? [] : (consent?.steps ?? []);
      const at: Place = ['apps', index, 'provisioning', 'approval', action, 'steps'];
      return steps.map((step, number) => ({ app, step, place: [...at, number] }));
    }),
  );
}

function checkWords(words: readonly string[], app: AppConfig, settings: Settings, place: Place): Problem[] {
  return words.flatMap((word, index) => {
    const here = [...place, index];
    const isGroup = known.includes(fold(word));
    if (!isGroup && !isEmail(word) && !isSlackUser(word))
      return [problem(here, `${word} names nobody`, meant(word, known, form))];
    if (peopleOf([word], app, settings).length > 0) return [];
    return [problem(here, `${word} leads to nobody`, remedies[fold(word)] ?? form)];
  });
}

const remedies: Readonly<Record<string, string>> = {
  owners: 'name owners of the app, or others in this step',
  approvers: 'name settings.approvers, or others in this step',
  admins: 'name settings.admins, or others in this step',
};

const peopleOf = (words: readonly string[], app: AppConfig, settings: Settings): string[] => [
  ...new Set(stepWords(words, app, settings).map(fold)),
];

function checkQuorum({ who, quorum }: Step, app: AppConfig, settings: Settings, place: Place): Problem[] {
  const people = peopleOf(who, app, settings).length;
  if (quorum === undefined || people === 0 || quorum <= people) return [];
  const few = `${quorum} have to agree, but only ${people} can decide in this step`;
  return [problem(place, few, 'name more people, or lower the quorum')];
}

/**
 * What is worth knowing of a good configuration: a step, or an app, with a single person who decides. What is about that person
 * goes to the admins, and while they are away everything waits for its fallback.
 */
export function approvalWarnings({ apps, settings }: Config): Problem[] {
  const steps = placesOf(apps).flatMap(({ app, step, place }) =>
    isSole(step.who, app, settings) && step.fallback.length === 0 ? [soleApprover([...place, 'who'])] : [],
  );
  const whole = apps.flatMap((app, index) =>
    app.provisioning.enabled && isSole(approverWords(app, settings), app, settings)
      ? [soleApprover(['apps', index, 'owners'])]
      : [],
  );
  return [...whole, ...steps];
}

const isSole = (words: readonly string[], app: AppConfig, settings: Settings): boolean =>
  peopleOf(words, app, settings).length === 1;

const soleApprover = (place: Place): Problem =>
  problem(place, 'a single person decides here, and never about themself', 'name a second one, or a fallback');
