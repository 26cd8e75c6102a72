import { z } from 'zod';
import { actionIds, callbackIds, numberPattern } from '../../blocks/ids.ts';

/*
 * What kind of payload this is, and whether it decides something: all the inbox has to know of it.
 */

/** The kinds of payload the inbox tells apart. */
export type PayloadKind = 'event' | 'command' | 'press' | 'submission' | 'shortcut' | 'other';

const Envelope = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  text: z.string().optional(),
  event_id: z.string().optional(),
  trigger_id: z.string().optional(),
  team_id: z.string().nullish(),
  team: z.object({ id: z.string() }).nullish(),
  user: z.object({ id: z.string() }).optional(),
  actions: z.array(z.object({ action_id: z.string().optional(), action_ts: z.string().optional() })).optional(),
  container: z.object({ message_ts: z.string().optional(), view_id: z.string().optional() }).optional(),
  view: z.object({ id: z.string(), callback_id: z.string().optional() }).nullish(),
});
export type Envelope = z.infer<typeof Envelope>;

/** Null when it is nothing Slack sends. */
export const readEnvelope = (body: unknown): Envelope | null => Envelope.safeParse(body).data ?? null;

export function kindOf(envelope: Envelope): PayloadKind {
  if (envelope.event_id !== undefined) return 'event';
  if (envelope.command !== undefined) return 'command';
  if (envelope.type === 'block_actions') return 'press';
  if (envelope.type === 'shortcut' || envelope.type === 'message_action') return 'shortcut';
  return envelope.type === 'view_submission' ? 'submission' : 'other';
}

/** Buttons that were confirmed, or decide by themselves. */
const deciding: ReadonlySet<string | undefined> = new Set([
  actionIds.proposalApply,
  actionIds.proposalReject,
  actionIds.proposalWithdraw,
  actionIds.approve,
  actionIds.undo,
  actionIds.unlink,
  actionIds.linkAccount,
  actionIds.newAccount,
  actionIds.keepLonger,
  actionIds.leaveAccount,
  actionIds.samePerson,
  actionIds.newPerson,
  actionIds.retryAll,
  actionIds.endRequest,
  actionIds.connectApply,
  actionIds.connectDrop,
]);

/** Modals that decide when they are submitted. */
const decidingViews: ReadonlySet<string | undefined> = new Set([
  callbackIds.rejectReason,
  callbackIds.request,
  callbackIds.chosen,
  callbackIds.configSave,
]);

/** Presses and answers that decide something; these are never lost. Opening the reject modal decides nothing. */
export function decides({ actions, view }: Envelope): boolean {
  const pressed = actions?.[0]?.action_id;
  return deciding.has(pressed) || numberPattern.test(pressed ?? '') || decidingViews.has(view?.callback_id);
}
