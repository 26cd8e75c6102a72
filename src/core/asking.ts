import type { Approval, ApprovalStep } from './approval-model.ts';
import type { Login } from './login-model.ts';
import type { Operation } from './model.ts';

/** An operation that needs consent, and in which steps it is given. `login` is the document it will be written into. */
export type Ask = {
  before: Login | null;
  login: Login;
  operation: Operation;
  steps: readonly ApprovalStep[];
  risk: Approval['risk'];
  leaving: boolean;
  urgent: boolean;
};

/** Is there somebody who may decide in each step? */
export const canBeAsked = ({ steps }: Pick<Ask, 'steps'>): boolean => steps.every(({ circle }) => circle.length > 0);

/** Cards are per person; when one plan asks for more people than `people`, per app and kind, except where a group stays below `few`. */
export const askLimits = { people: 5, few: 3 } as const;

/** The same people, as often, in the same order; whatever the configuration calls them. */
const askedOf = ({ steps, risk }: Pick<Ask, 'steps' | 'risk'>) => [
  risk,
  ...steps.map(({ circle, fallback, quorum }) => [[...circle].sort(), [...fallback].sort(), quorum]),
];

/** What a batch card stands for: one app, one kind, the same steps; adoptions by what the accounts were found by. */
export const batchKey = (ask: Ask): string =>
  JSON.stringify([...[ask.operation.app, ask.operation.kind, ask.operation.foundBy, ask.leaving], askedOf(ask)]);

/** What a person's card stands for: one person, the same steps, the same cause; leaving apart from the rest. */
export const personKey = (ask: Ask): string =>
  JSON.stringify([ask.operation.person, ask.leaving, otherBehind(ask), askedOf(ask)]);

/** Whoever else caused it decides nothing about it, and may decide the rest: it stands on a card of its own. */
function otherBehind({ operation: { person, requester } }: Ask): string | null {
  return requester?.kind === 'person' && requester.person !== person ? requester.person : null;
}

export function groupBy(asks: readonly Ask[], key: (ask: Ask) => string): Map<string, Ask[]> {
  const groups = new Map<string, Ask[]>();
  for (const ask of asks) {
    const group = groups.get(key(ask));
    if (group === undefined) groups.set(key(ask), [ask]);
    else group.push(ask);
  }
  return groups;
}

export const peopleIn = (asks: readonly Ask[]): number => new Set(asks.map((ask) => ask.operation.person)).size;

/** The one value all share, or null. */
export function common<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
