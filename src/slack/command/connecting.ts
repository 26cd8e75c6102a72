import { connectList } from '../../../blocks/connect-card.ts';
import { startForm } from '../../../blocks/connect-form.ts';
import { answer } from '../../../blocks/help.ts';
import { idsValue } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { nameOf } from '../../../blocks/view.ts';
import type { Person } from '../../core/model.ts';
import { fold } from '../../core/text.ts';
import type { ByPerson, DraftView } from '../../engine/connect/connecting.ts';
import { openModal } from '../actions/modal.ts';
import { isFormStep } from '../connect/step.ts';
import { openStep, takeStep } from '../connect/take-step.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import type { Say } from './slow.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** Somebody who connects something, as it is recorded. */
export const byOf = (person: Person): ByPerson => ({
  ...{ kind: 'person', person: person.id, name: nameOf(person), via: 'slack' },
});

const inMessages = 'The card with the steps is in your direct messages with Rollcall.';

/**
 * `connect`: what is on its way, and the ways to begin. `connect app|directory` begins; `connect NAME` goes on with it, and
 * `connect NAME STEP` takes a step of it: one of the card, `refresh`, `drop`, or `apply --confirm CODE` with the code of the review.
 */
export async function runConnect(
  deps: SlackDeps,
  { person }: Known,
  { who = [], confirm }: Input<'connect'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  const wanted = fold(textOf(who));
  if (wanted === 'app' || wanted === 'directory') return openStart(deps, trigger, wanted);
  const views = await deps.useCases.drafts();
  if (wanted === '') return connectList(views);
  const found = draftNamed(views, who);
  if (found !== null) return goOn(deps, person, found);
  const [draft, step] = [draftNamed(views, who.slice(0, -1)), fold(textOf(who.slice(-1)))];
  if (draft === null) return connectList(views);
  if (isFormStep(step)) return openStep(deps, trigger, draft, step);
  return actTyped(deps, { draft, act: step, confirm }, byOf(person));
}

function draftNamed(views: readonly DraftView[], who: readonly Token[]): string | null {
  const wanted = fold(textOf(who));
  if (wanted === '') return null;
  const isIt = ({ draft: { id, name, title } }: DraftView) =>
    [id, name, title ?? name].some((one) => fold(one) === wanted);
  return views.find(isIt)?.draft.id ?? null;
}

/** What the buttons of the card and of the review do, typed; what cannot be taken back is confirmed. */
async function actTyped(
  deps: SlackDeps,
  { draft, act, confirm }: { draft: string; act: string; confirm: string | undefined },
  by: ByPerson,
): Promise<Message> {
  const { useCases } = deps;
  if (act === 'refresh') return answer((await useCases.refreshDraft(draft, by)).text);
  if (act === 'drop' && confirm === 'yes') return answer((await useCases.dropDraft(draft, by)).text);
  if (act === 'drop')
    return answer('What was filled in is gone then.', `/provision connect ${draft} drop --confirm yes`);
  if (act === 'apply' && confirm !== undefined) return answer((await useCases.connectDraft(draft, confirm, by)).text);
  return takeStep(deps, draft, act === 'apply' ? 'review' : act, by);
}

/** Sends the card of what is on its way to whoever goes on with it. */
export async function goOn(deps: SlackDeps, person: Person, draft: string): Promise<Message> {
  await deps.useCases.showDraft(draft, person.id);
  return answer(inMessages);
}

/** Opens the form that begins. */
export async function openStart(deps: SlackDeps, trigger: string, kind: 'app' | 'directory'): Promise<Message | null> {
  const connectors = deps.useCases.connectorsThere().filter((one) => one.kind === kind);
  return openModal(deps, trigger, startForm(kind, connectors, idsValue({ kind })), `/provision connect ${kind}`);
}

/** `renew crm`: other credentials for what is connected already. */
export async function runRenew(deps: SlackDeps, { person }: Known, { who }: Input<'renew'>): Promise<Message> {
  return renewNamed(deps, person, textOf(who));
}

export async function renewNamed(deps: SlackDeps, person: Person, name: string): Promise<Message> {
  const { draft } = await deps.useCases.beginRenewal(name, byOf(person));
  return answer(
    `Renewing the credentials of ${draft.title ?? draft.name}: the card is in your direct messages with Rollcall.`,
  );
}
