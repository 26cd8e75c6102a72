import type { AppConfig } from './app-schema.ts';
import { changeOf } from './change.ts';
import type { Operation } from './model.ts';
import { isRemoval, threshold } from './policy.ts';
import type { DeletionThreshold } from './settings-schema.ts';
import { fold, listOf } from './text.ts';

type Planned = Pick<Operation, 'kind' | 'before' | 'after'>;

/** Targets that carry what a person is known by: filled from a key attribute, or named like one. */
export function keyTargets(app: Pick<AppConfig, 'parameters'>, keyAttributes: readonly string[]): Set<string> {
  const keys = new Set(keyAttributes.map(fold));
  const reads = (template: string) => keyAttributes.some((name) => template.includes(name));
  const filled = app.parameters.filter(
    ({ target, from, template }) => keys.has(fold(target)) || keys.has(fold(from ?? '')) || reads(template ?? ''),
  );
  return new Set([...filled.map(({ target }) => target), ...keyAttributes]);
}

/**
 * What the change takes from the person, as the deletion threshold counts it: the account; entitlements, where the update gives
 * none in return; or what they are known by, emptied or replaced. Null: nothing.
 */
export function lossOf(planned: Planned, keys: ReadonlySet<string>): 'account' | 'entitlements' | 'key' | null {
  if (isRemoval(planned)) return 'account';
  if (planned.kind !== 'update') return null;
  const { set, clear, entitlements } = changeOf(planned);
  const changes = Object.values(entitlements);
  const takes = changes.some(({ remove }) => remove.length > 0);
  if (takes && changes.every(({ add }) => add.length === 0)) return 'entitlements';
  const known = (name: string) => keys.has(name) && listOf(planned.before?.attributes[name]).length > 0;
  return [...Object.keys(set), ...clear].some(known) ? 'key' : null;
}

/** A directory or a person said that somebody leaves: no mere absence, and no role lost. */
export const isExplicitDisable = ({ kind, explicit, cause }: Pick<Operation, 'kind' | 'explicit' | 'cause'>): boolean =>
  isRemoval({ kind }) && explicit && (cause === 'left' || cause === 'suspended');

export type Loss = {
  person: string;
  app: string;
  explicit: boolean;
  /** Disabled by name: never held. */
  named: boolean;
  /** The person does not work here any more, so is not among the active. */
  gone: boolean;
  /** This account is among what was lost in the window already: because somebody had said so, or otherwise. Left out: it is not. */
  counted?: 'explicit' | 'other';
};

/** What there was when the window began, and what was lost in it so far; `explicit` of that because somebody had said so. */
export type Standing = {
  apps: ReadonlyMap<string, { managed: number; removed: number; explicit: number }>;
  people: { active: number; removed: ReadonlySet<string>; explicit: ReadonlySet<string> };
};

export type Held<L> = { losses: L[]; text: string; urgent: boolean };
export type Judgement<L> = { going: L[]; held: Held<L>[] };

/**
 * Which losses of one plan may go, and which are held whole, for each app and for all together, where people are counted
 * instead of accounts. Those named go whatever else there is. What somebody said is judged first and alone, so that nothing
 * else that is suspicious ever keeps a leaver's account open; then everything.
 */
export function judge<L extends Loss>(
  losses: readonly L[],
  standing: Standing,
  setting: DeletionThreshold,
): Judgement<L> {
  const named = losses.filter((loss) => loss.named);
  const [said, rest] = [false, true].map((other) => losses.filter((loss) => !loss.named && loss.explicit !== other));
  const first = tripped(said ?? [], named, explicitly(standing), setting, ({ counted }) => counted === 'explicit');
  const [heldSaid, going] = divide(said ?? [], first);
  const second = tripped(
    [...heldSaid, ...(rest ?? [])],
    [...named, ...going],
    standing,
    setting,
    ({ counted }) => counted !== undefined,
  );
  const [heldRest, goingRest] = divide(rest ?? [], second);
  const held = [...heldSaid, ...heldRest];
  return { going: [...named, ...going, ...goingRest], held: cards(held, second, first) };
}

const explicitly = ({ apps, people }: Standing): Standing => ({
  apps: new Map([...apps].map(([app, { managed, explicit }]) => [app, { managed, removed: explicit, explicit }])),
  people: { ...people, removed: people.explicit },
});

/** What is past the limit, in words: for all together, and for each app. */
type Tripped = { overall: string | null; apps: ReadonlyMap<string, string> };

/** An account that was suspended in the window and is to be deleted now is one loss, not two. */
function tripped(
  planned: readonly Loss[],
  already: readonly Loss[],
  standing: Standing,
  setting: DeletionThreshold,
  isCounted: (loss: Loss) => boolean,
): Tripped {
  const apps = new Map<string, string>();
  for (const app of new Set(planned.map((loss) => loss.app))) {
    const { managed, removed } = standing.apps.get(app) ?? { managed: 0, removed: 0 };
    const here = (some: readonly Loss[]) => some.filter((loss) => loss.app === app);
    const before = removed + here(already).length - here([...planned, ...already]).filter(isCounted).length;
    const judgement = threshold({ planned: here(planned).length, removed: Math.max(0, before), managed }, setting);
    if (judgement.tripped) apps.set(app, judgement.text);
  }
  const overall = threshold(ofPeople(planned, already, standing.people), setting, 'people');
  return { overall: overall.tripped ? overall.text : null, apps };
}

function ofPeople(planned: readonly Loss[], already: readonly Loss[], people: Standing['people']) {
  const now = new Set(planned.map((loss) => loss.person));
  const before = new Set([...people.removed, ...already.map((loss) => loss.person)].filter((one) => !now.has(one)));
  const gone = new Set([...planned, ...already].filter((loss) => loss.gone).map((loss) => loss.person));
  for (const person of people.removed) gone.add(person);
  return { planned: now.size, removed: before.size, managed: people.active + gone.size };
}

function divide<L extends Loss>(losses: readonly L[], { overall, apps }: Tripped): [held: L[], going: L[]] {
  const isHeld = (loss: L) => overall !== null || apps.has(loss.app);
  return [losses.filter(isHeld), losses.filter((loss) => !isHeld(loss))];
}

/** One card where the whole company is concerned, else one for each app. */
function cards<L extends Loss>(held: readonly L[], second: Tripped, first: Tripped): Held<L>[] {
  const overall = second.overall ?? first.overall;
  const apps = [...new Set(held.map((loss) => loss.app))].sort();
  const textOf = (app: string) => second.apps.get(app) ?? first.apps.get(app);
  const groups = overall === null || apps.length < 2 ? apps.map((app) => [app]) : [apps];
  return groups.map((group) => {
    const losses = held.filter((loss) => group.includes(loss.app));
    const [only, ...more] = group;
    const own = only === undefined || more.length > 0 ? undefined : textOf(only);
    return { losses, text: own ?? overall ?? '', urgent: losses.some((loss) => loss.explicit) };
  });
}
