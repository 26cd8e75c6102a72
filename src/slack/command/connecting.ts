import { connectList } from '../../../blocks/connect-card.ts';
import { startForm } from '../../../blocks/connect-form.ts';
import { answer } from '../../../blocks/help.ts';
import { idsValue } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { nameOf } from '../../../blocks/view.ts';
import type { Person } from '../../core/model.ts';
import { fold } from '../../core/text.ts';
import type { ByPerson } from '../../engine/connect/connecting.ts';
import { openModal } from '../actions/modal.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import type { Say } from './slow.ts';
import { textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** Somebody who connects something, as it is recorded. */
export const byOf = (person: Person): ByPerson => ({
  ...{ kind: 'person', person: person.id, name: nameOf(person), via: 'slack' },
});

const inMessages = 'The card with the steps is in your direct messages with Rollcall.';

/** `connect`: what is on its way, and the ways to begin. `connect app|directory` begins; `connect NAME` goes on with it. */
export async function runConnect(
  deps: SlackDeps,
  { person }: Known,
  { who }: Input<'connect'>,
  _say: Say,
  trigger: string,
): Promise<Message | null> {
  const wanted = who === undefined ? '' : fold(textOf(who));
  if (wanted === 'app' || wanted === 'directory') return openStart(deps, trigger, wanted);
  const views = await deps.useCases.drafts();
  if (wanted === '') return connectList(views);
  const found = views.find(
    ({ draft }) => draft.id === wanted || fold(draft.name) === wanted || fold(draft.title ?? '') === wanted,
  );
  if (found === undefined) return connectList(views);
  return goOn(deps, person, found.draft.id);
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
