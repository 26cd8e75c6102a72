import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { actionIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { ProposalDecision } from '../../core/proposal.ts';
import { callerOf } from '../caller.ts';
import { refusalFor } from '../command/access.ts';
import { actorOf } from '../command/actor.ts';
import { cardFor, modalFor } from '../command/proposing.ts';
import { type ProposalPress, readProposalPress } from '../config-payload.ts';
import type { SlackDeps } from '../deps.ts';
import { publishHome } from '../home.ts';
import { type IdsPress, OneProposalIds, readIdsPress } from '../payload.ts';
import { redrawn } from '../redrawn.ts';
import { whyNotHere } from '../request.ts';
import { answering, type Respond } from '../tell.ts';
import { audienceOfAction } from './audience.ts';
import { openModal } from './modal.ts';

/** *Apply*, *Reject* and *Withdraw* of a proposed change of the configuration, and the same opened from App Home. */
export function listenToProposals(app: App, deps: SlackDeps): void {
  app.action(actionIds.proposalApply, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, readProposalPress(body), 'agree', respond);
  });
  app.action(actionIds.proposalReject, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, readProposalPress(body), 'reject', respond);
  });
  app.action(actionIds.proposalWithdraw, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, readProposalPress(body), 'withdraw', respond);
  });
  app.action(actionIds.proposalOpen, async ({ ack, body }) => {
    await ack();
    const press = readIdsPress(body, OneProposalIds);
    await answering(deps, { user: press.user, channel: null }, () => open(deps, press));
  });
}

/** Looks and decides nothing. */
async function open(deps: SlackDeps, press: IdsPress<{ proposal: string }>): Promise<Message | null> {
  const caller = await callerOf(deps, press.user, 'read');
  if (!caller.known) return answer(caller.text);
  const refusal = refusalFor(audienceOfAction.proposalOpen, caller);
  if (refusal !== null) return answer(refusal);
  const { proposal } = press.ids;
  const view = await deps.useCases.proposal(proposal);
  if (view === null) return answer(`There is no proposed change ${proposal}.`);
  return openModal(deps, press.trigger, modalFor(view, caller), `/provision proposals ${proposal}`);
}

async function pressed(
  deps: SlackDeps,
  press: ProposalPress,
  decision: ProposalDecision,
  respond: Respond,
): Promise<void> {
  const { user, channel, modal } = press;
  const to = modal === null ? { user, channel, respond } : { user, channel, modal };
  await answering(deps, to, () => decide(deps, press, decision, respond));
}

/** Decides as the person who pressed, read anew from Slack; the card shows a decision, everything else is said. */
async function decide(
  deps: SlackDeps,
  press: ProposalPress,
  decision: ProposalDecision,
  respond: Respond,
): Promise<Message | null> {
  const { user, channel, ids } = press;
  const here = channel === null ? null : await whyNotHere(deps, { kind: 'list', channel });
  const caller = await callerOf(deps, user, 'decide');
  if (!caller.known) return answer(caller.text);
  const refusal = here ?? refusalFor('admins', caller);
  if (refusal !== null) return answer(refusal);
  const input = { id: ids.proposal, decision, shown: ids.shown, reason: null, actor: actorOf(caller.person) };
  const { result, text } = await deps.useCases.decideProposal(input);
  const view = await deps.useCases.proposal(ids.proposal);
  if (view === null) return answer(text);
  const card = cardFor(view, caller.person.id);
  if (press.modal !== null) {
    await publishHome(deps, user);
    return result === 'refused' ? answer(text) : card;
  }
  const drawn = await redrawn(deps, respond, card, 'the card of a proposal');
  return drawn && result !== 'refused' ? null : answer(text);
}
