import type { ModalView } from '@slack/types';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { proposalCard, proposalList, proposalModal } from '../../../blocks/proposal-card.ts';
import { type ProposalDecision, shownOf } from '../../core/proposal.ts';
import type { ProposalView } from '../../engine/configure/configuring.ts';
import type { SlackDeps } from '../deps.ts';
import { blocksFor } from '../drawn-for.ts';
import { type Known, refusalFor } from './access.ts';
import { actorOf } from './actor.ts';
import type { Input } from './verbs.ts';

/** A proposal's card as this person sees it: who proposed it can withdraw it, and nothing else. */
export const cardFor = (view: ProposalView, person: string): Message =>
  proposalCard(view, shownOf(view.proposal), isOwn(view, person));

/** The same as a modal. */
export function modalFor(view: ProposalView, { person, powers }: Known): ModalView {
  const modal = proposalModal(view, shownOf(view.proposal), isOwn(view, person.id));
  return { ...modal, blocks: blocksFor(powers, modal.blocks) };
}

const isOwn = ({ proposal: { by } }: ProposalView, person: string): boolean =>
  by.kind === 'person' && by.person === person;

/** The changes that wait for another admin, or one of them whole. */
export async function showProposals(deps: SlackDeps, { person }: Known, { id }: Input<'proposals'>): Promise<Message> {
  if (id === undefined) return proposalList(await deps.useCases.proposals());
  const view = await deps.useCases.proposal(id);
  return view === null
    ? answer(`There is no proposed change ${id}.`, '/provision proposals')
    : cardFor(view, person.id);
}

export const runWithdraw = (deps: SlackDeps, caller: Known, { id }: Input<'withdraw'>): Promise<Message> =>
  decideProposalTyped(deps, caller, 'withdraw', id, undefined);

/** The same as the buttons of its card, for whatever it shows now. */
export async function decideProposalTyped(
  deps: SlackDeps,
  caller: Known,
  decision: ProposalDecision,
  id: string,
  reason: string | undefined,
): Promise<Message> {
  const refusal = refusalFor('admins', caller);
  if (refusal !== null) return answer(refusal);
  const input = { id, decision, shown: null, reason: reason ?? null, actor: actorOf(caller.person) };
  return answer((await deps.useCases.decideProposal(input)).text);
}
