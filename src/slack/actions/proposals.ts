import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { actionIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { ProposalDecision } from '../../core/proposal.ts';
import { callerOf } from '../caller.ts';
import { refusalFor } from '../command/access.ts';
import { actorOf } from '../command/actor.ts';
import { cardFor } from '../command/proposing.ts';
import { type ProposalPress, readProposalPress } from '../config-payload.ts';
import type { SlackDeps } from '../deps.ts';
import { whyNotHere } from '../request.ts';
import { describeError } from '../slack-error.ts';
import { answering, type Respond } from '../tell.ts';

/** *Apply*, *Reject* and *Withdraw* of a proposed change of the configuration. */
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
}

async function pressed(
  deps: SlackDeps,
  press: ProposalPress,
  decision: ProposalDecision,
  respond: Respond,
): Promise<void> {
  const { user, channel } = press;
  await answering(deps, { user, channel, respond }, () => decide(deps, press, decision, respond));
}

/** Decides as the person who pressed, read anew from Slack; the card shows a decision, everything else is said. */
async function decide(
  deps: SlackDeps,
  { user, channel, ids }: ProposalPress,
  decision: ProposalDecision,
  respond: Respond,
): Promise<Message | null> {
  const here = channel === null ? null : await whyNotHere(deps, { kind: 'list', channel });
  const caller = await callerOf(deps, user, 'decide');
  if (!caller.known) return answer(caller.text);
  const refusal = here ?? refusalFor('admins', caller);
  if (refusal !== null) return answer(refusal);
  const input = { id: ids.proposal, decision, shown: ids.shown, reason: null, actor: actorOf(caller.person) };
  const { result, text } = await deps.useCases.decideProposal(input);
  const view = await deps.useCases.proposal(ids.proposal);
  if (view === null) return answer(text);
  const drawn = await redrawn(deps, respond, cardFor(view, caller.person.id));
  return drawn && result !== 'refused' ? null : answer(text);
}

/** Where the button stood, the newest state; the other copies follow by the outbox. */
async function redrawn(deps: SlackDeps, respond: Respond, card: Message): Promise<boolean> {
  try {
    await respond({ replace_original: true, ...card });
    return true;
  } catch (error) {
    deps.log.info(describeError(error), 'the card of a proposal was not redrawn at once; the outbox follows');
    return false;
  }
}
