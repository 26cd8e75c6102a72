import type { AppConfig, Step } from './app-schema.ts';
import type { ApprovalStep } from './approval-model.ts';
import type { Actor, Person } from './model.ts';
import type { Settings } from './settings-schema.ts';
import { fold, sortedUnique, textOf } from './text.ts';

/** People by folded e-mail, and by Slack user id. */
export type People = { byEmail: ReadonlyMap<string, Person>; bySlack: ReadonlyMap<string, Person> };

/** Ids of the people who may decide, sorted; and the words that lead to nobody who works here. */
export type Circle = { circle: string[]; unresolved: string[] };

/**
 * Who decides, as written: the company's approvers, where `owners` stands for the app's; without any the app's owners;
 * without those the admins. `manager` stays a word until the person is known.
 */
export function approverWords(
  app: Pick<AppConfig, 'owners'>,
  settings: Pick<Settings, 'approvers' | 'admins'>,
): string[] {
  const company = settings.approvers.flatMap((word) => (fold(word) === 'owners' ? app.owners : [word]));
  const [first] = [company, app.owners, settings.admins].filter((words) => words.length > 0);
  return [...new Set(first ?? [])];
}

/** Words of a step that stand for several people; `manager` stays a word until the person is known. */
export const groupWords = ['owners', 'approvers', 'admins'] as const;

/** The words of a step with the groups they stand for, each once. */
export function stepWords(
  words: readonly string[],
  app: Pick<AppConfig, 'owners'>,
  settings: Pick<Settings, 'approvers' | 'admins'>,
): string[] {
  const company = settings.approvers.flatMap((word) => (fold(word) === 'owners' ? app.owners : [word]));
  const groups: Readonly<Record<string, readonly string[]>> = {
    ...{ owners: app.owners, approvers: company, admins: settings.admins },
  };
  return [...new Set(words.flatMap((word) => groups[fold(word)] ?? [word]))];
}

/** Looks the words up. Nobody decides for themself, nor on what they asked for; who no longer works here decides nothing. */
export function resolveCircle(
  words: readonly string[],
  context: People & { person: Person; requester?: Actor | null },
): Circle {
  const asker = context.requester?.kind === 'person' ? context.requester.person : null;
  const found = words.map((word) => ({ word, approver: lookUp(word, context) }));
  const active = found.flatMap(({ approver }) => (approver?.status === 'active' ? [approver.id] : []));
  return {
    circle: sortedUnique(active.filter((id) => id !== context.person.id && id !== asker)),
    unresolved: found.filter(({ approver }) => approver?.status !== 'active').map(({ word }) => word),
  };
}

/** Which of these people may decide an operation: nobody about themself, nor what they caused; sorted ids. */
export function circleAmong(
  people: readonly Pick<Person, 'id' | 'status'>[],
  { person, requester }: { person: string; requester: Actor | null },
): string[] {
  const asker = requester?.kind === 'person' ? requester.person : null;
  const able = people.filter(({ id, status }) => status === 'active' && id !== person && id !== asker);
  return sortedUnique(able.map(({ id }) => id));
}

/** A Slack user id, an e-mail address, or `manager`: whoever the person's manager attribute names by e-mail. */
function lookUp(word: string, context: People & { person: Person }): Person | undefined {
  const address = fold(word) === 'manager' ? textOf(context.person.attributes, 'manager') : word;
  if (address === null) return undefined;
  return context.bySlack.get(address.trim()) ?? context.byEmail.get(fold(address));
}

/** The circle for an app's changes of a person; the admins where the words lead to nobody who may decide. */
export function circleFor(
  person: Person,
  app: Pick<AppConfig, 'owners'>,
  settings: Pick<Settings, 'approvers' | 'admins'>,
  people: People & { requester?: Actor | null },
): Circle {
  const asked = resolveCircle(approverWords(app, settings), { ...people, person });
  if (asked.circle.length > 0) return asked;
  const admins = resolveCircle(settings.admins, { ...people, person });
  return { circle: admins.circle, unresolved: sortedUnique([...asked.unresolved, ...admins.unresolved]) };
}

/** Every step an app names, whatever it is for. */
export const stepsIn = ({ provisioning: { approval } }: Pick<AppConfig, 'provisioning'>): Step[] =>
  Object.values(approval).flatMap((consent) => (typeof consent === 'boolean' ? [] : (consent?.steps ?? [])));

type Asked = {
  person: Person;
  app: Pick<AppConfig, 'owners'>;
  settings: Pick<Settings, 'approvers' | 'admins' | 'quorum'>;
};

/**
 * The steps in which this is asked. Without steps of its own: one, of the app's approvers, whose quorum is never more than there
 * are. A step too few people are in is widened by its fallback, then by the admins; a quorum it names is never lowered.
 */
export function approvalSteps(
  steps: readonly Step[] | undefined,
  asked: Asked,
  people: People & { requester?: Actor | null },
): ApprovalStep[] {
  const { app, settings, person } = asked;
  const found = (words: readonly string[]): string[] =>
    resolveCircle(stepWords(words, app, settings), { ...people, person }).circle;
  if (steps === undefined) {
    const own = resolveCircle(approverWords(app, settings), { ...people, person }).circle;
    const circle = own.length > 0 ? own : found(['admins']);
    const quorum = Math.min(settings.quorum, Math.max(1, circle.length));
    return [{ who: [], circle, fallback: [], quorum, fellBack: own.length === 0 && circle.length > 0 }];
  }
  return steps.map((step) => approvalStep(step, found, settings.quorum));
}

function approvalStep(
  { who, fallback, quorum }: Step,
  found: (words: readonly string[]) => string[],
  usual: number,
): ApprovalStep {
  const own = found(who);
  const needed = quorum ?? Math.min(usual, Math.max(1, own.length));
  let circle = own;
  for (const words of [fallback, ['admins']])
    if (circle.length < needed) circle = sortedUnique([...circle, ...found(words)]);
  return { who, circle, fallback: found(fallback), quorum: needed, fellBack: circle.length > own.length };
}
