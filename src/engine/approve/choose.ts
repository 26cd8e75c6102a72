import { isChosen, narrow, restOf } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { changed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { OperationState } from '../../core/model.ts';
import type { Deps } from '../ports.ts';
import { reopenGathering } from './cards.ts';
import { waitingFor } from './waiting.ts';

type ChooseDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

/** Chosen logins are written into the approval, so there is an end to them. */
const most = 1_000;

/** Bound by hash: an operation that drifted is not what was approved. */
export const isAsAsked = (login: Login, approval: string): boolean =>
  login.operation?.ask?.approval === approval &&
  login.operation.ask.hash === login.operation.hash &&
  waiting.has(login.operation.state);

const waiting: ReadonlySet<OperationState> = new Set(['awaiting', 'held', 'handed']);

/** The approval as far as it is decided, and how many of the chosen operations are not asked here any more. */
export type Part = { approval: Approval; dropped: number };

/**
 * The approval as far as it is decided: all of it, or the chosen logins alone. What drifted since it was chosen drops out, as it
 * does from the card. A sentence says why these cannot be chosen; then nothing is decided.
 */
export async function chosenPart(
  deps: Pick<Deps, 'store'>,
  approval: Approval,
  only: readonly string[] | undefined,
): Promise<Part | string> {
  if (only === undefined) return { approval, dropped: 0 };
  const ids = [...new Set(only)];
  if (ids.length === 0) return 'Nothing was chosen: choose at least one, or reject the request.';
  if (ids.length > most) return `At most ${most} can be chosen at once: decide about all, or choose fewer.`;
  const logins = await deps.store.logins.many(ids);
  const asked = logins.filter((login) => isAsAsked(login, approval.id) && isChosen(approval, login.id));
  if (asked.length === 0) return 'What you chose is not asked here any more. Please look at it again.';
  const dropped = ids.length - asked.length;
  const { awaiting = 0, held = 0, handed = 0 } = await deps.store.logins.tally(approval.id);
  if (approval.chosen === null && awaiting + held + handed === asked.length) return { approval, dropped };
  const chosen = asked.map((login) => login.id).sort();
  return { approval: narrow(approval, chosen, new Set(asked.map((login) => login.person)).size), dropped };
}

/**
 * Asks for what was not chosen, as an approval of its own. Safe to repeat, at any time and by anybody: what is not chosen never
 * follows this approval, and what has moved already is no longer found here.
 */
export async function askRest(deps: ChooseDeps, approval: Approval): Promise<void> {
  if (approval.chosen === null) return;
  let rest: Approval | null = null;
  for await (const logins of waitingFor(deps.store, approval)) {
    const others = logins.filter((login) => isAsAsked(login, approval.id) && !isChosen(approval, login.id));
    if (others.length === 0) continue;
    rest ??= await begun(deps, approval);
    await move(deps, others, approval.id, rest.id);
  }
  if (rest === null) return;
  await reopenGathering(deps, rest);
  deps.bell.ring('publisher');
}

/** The rest's approval, still gathering; one that a crash left open or decided already is followed by another. */
async function begun({ store, clock }: ChooseDeps, approval: Approval): Promise<Approval> {
  const first = restOf(approval, clock.now());
  for (let count = 0; ; count += 1) {
    const draft = count === 0 ? first : { ...first, id: `${first.id}.${count}` };
    if ((await store.approvals.insert([draft])).size > 0) return draft;
    const known = await store.approvals.get(draft.id);
    if (known?.state === 'gathering') return known;
  }
}

async function move({ store }: ChooseDeps, logins: readonly Login[], from: string, to: string): Promise<void> {
  let waiting = logins;
  while (waiting.length > 0) {
    const won = await store.logins.swap(waiting.map((before) => ({ before, after: bound(before, to) })));
    const lost = waiting.filter((login) => !won.has(login.id)).map((login) => login.id);
    waiting = (await store.logins.many(lost)).filter((login) => isAsAsked(login, from));
  }
}

const bound = (login: Login, approval: string): Login => {
  const { operation } = login;
  if (operation === null) return login;
  return changed(login, { operation: { ...operation, ask: { approval, hash: operation.hash } } });
};
