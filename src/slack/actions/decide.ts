import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { rejectModal } from '../../../blocks/reject-modal.ts';
import { arrived, tellDecided } from '../arrival.ts';
import { callerOf } from '../caller.ts';
import { decideAs, outcomeMessage } from '../decide.ts';
import type { SlackDeps } from '../deps.ts';
import { type RejectMetadata, readRejection } from '../form-payload.ts';
import { type CardPress, readCardPress } from '../payload.ts';
import { needsWords, redraw, whyNotHere, whyNotThis } from '../request.ts';
import { answering, type Respond } from '../tell.ts';
import { openModal } from './modal.ts';

type Decision = Pick<CardPress, 'user' | 'approval' | 'edition' | 'where'> & {
  /** Ids of the logins that were chosen; left out: all. */
  only?: readonly string[];
} & ({ decision: 'approve' } | { decision: 'reject'; reason: string | null });

/** *Approve*, *Reject* and the answer of the reject modal. */
export function listenToDecisions(app: App, deps: SlackDeps): void {
  app.action(actionIds.approve, async ({ ack, body, respond, context }) => {
    await ack();
    const press = readCardPress(body);
    const here = arrived(deps, context);
    await answering(here, addressee(press, respond), () => decide(here, { ...press, decision: 'approve' }, respond));
  });
  app.action(actionIds.reject, async ({ ack, body, respond, context }) => {
    await ack();
    const press = readCardPress(body);
    const here = arrived(deps, context);
    await answering(here, addressee(press, respond), () => askWhy(here, press, respond));
  });
  app.view(callbackIds.rejectReason, async ({ ack, body, context }) => {
    await ack();
    const rejection = readRejection(body);
    const here = arrived(deps, context);
    await answering(here, addressee(rejection), () => decide(here, { ...rejection, decision: 'reject' }));
  });
}

export const addressee = ({ user, where }: Pick<CardPress, 'user' | 'where'>, respond?: Respond) => ({
  user,
  channel: where.kind === 'home' ? null : where.channel,
  // In App Home there is nothing to respond to: Slack gives no address there.
  respond: where.kind === 'home' ? undefined : respond,
  modal: modalOf(where),
});

const modalOf = (where: CardPress['where']): string | null => (where.kind === 'home' ? (where.modal ?? null) : null);

/** Decides as the person who pressed, read anew from Slack. Answers what to tell them; null when the card says it. */
export async function decide(deps: SlackDeps, press: Decision, respond?: Respond): Promise<Message | null> {
  const pressed = await deps.deciding.attend(() => decideOrRefuse(deps, press));
  // Every decision that is on its way is kept before the first of them is drawn.
  await deps.deciding.calm();
  if ('refused' in pressed) {
    await redraw(deps, press, null);
    return answer(pressed.refused);
  }
  const { caller, outcome } = pressed;
  await redraw(deps, press, caller, respond);
  tellDecided(deps, 'shown');
  return press.only !== undefined || needsWords(outcome, press.where) ? outcomeMessage(outcome) : null;
}

async function decideOrRefuse(deps: SlackDeps, press: Decision) {
  const { user, approval, edition, where, decision, only } = press;
  const [shared, other, caller] = await Promise.all([
    whyNotHere(deps, where),
    whyNotThis(deps, where, approval),
    callerOf(deps, user, 'decide'),
  ]);
  const notHere = shared ?? other;
  if (!caller.known || notHere !== null) {
    const why = caller.known ? 'elsewhere' : caller.reason;
    await deps.useCases.refuseAttempt({ approval, user, decision, why });
    return { refused: caller.known ? (notHere ?? '') : caller.text };
  }
  const reason = press.decision === 'reject' ? press.reason : null;
  const part = only === undefined ? {} : { only };
  const outcome = await decideAs(deps, { approval, edition, decision, reason, actor: caller.person, ...part });
  return { caller, outcome };
}

/** Asks for the reason of anybody Rollcall knows: whether they may decide is judged once, when they have said it. */
async function askWhy(deps: SlackDeps, press: CardPress, respond: Respond): Promise<Message | null> {
  const [caller, view] = await Promise.all([
    callerOf(deps, press.user, 'read'),
    deps.useCases.approval(press.approval, 8),
  ]);
  if (!caller.known) return answer(caller.text);
  if (view === null || view.approval.state !== 'open') {
    await redraw(deps, press, caller, respond);
    return answer('This request is not open any more.');
  }
  const metadata: RejectMetadata = { approval: press.approval, edition: press.edition, where: press.where };
  return openModal(
    deps,
    press.trigger,
    rejectModal(view, JSON.stringify(metadata)),
    view.approval.task ? `/provision cannot ${press.approval} reason` : `/provision reject ${press.approval} [reason]`,
    modalOf(press.where),
  );
}
