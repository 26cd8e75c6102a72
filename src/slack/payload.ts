import { z } from 'zod';
import { actionIds, callbackIds, chooseInputs, questionInput, reasonInput, requestInputs } from '../../blocks/ids.ts';

/*
 * Slack's payloads, the fields we use and no more. Bolt has checked the signature; what is inside is still only what a
 * client sent, so ids are all we take from it.
 */

export const CommandPayload = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string().default(''),
});
export type CommandPayload = z.infer<typeof CommandPayload>;

/** `approvalId:edition`; the id may hold colons, the edition is the last part. */
const CardValue = z
  .string()
  .regex(/^.{1,300}:\d{1,9}$/, 'a card’s button carries an approval and its edition')
  .transform((value) => {
    const colon = value.lastIndexOf(':');
    return { approval: value.slice(0, colon), edition: Number(value.slice(colon + 1)) };
  });

const Press = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: z.string().default(''),
  container: z.object({
    type: z.string(),
    message_ts: z.string().optional(),
    channel_id: z.string().optional(),
    is_ephemeral: z.boolean().default(false),
  }),
  view: z
    .object({
      id: z.string(),
      hash: z.string().default(''),
      type: z.string(),
      private_metadata: z.string().default(''),
    })
    .nullish(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().default('') })).min(1),
});

/** Where a button stood: a card that is redrawn, an ephemeral list, or a view: App Home, or a modal. */
export const Where = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), channel: z.string(), ts: z.string() }),
  z.object({ kind: z.literal('list'), channel: z.string() }),
  z.object({ kind: z.literal('home'), modal: z.string().exactOptional() }),
]);
export type Where = z.infer<typeof Where>;

export type CardPress = { user: string; trigger: string; approval: string; edition: number; where: Where };

/** A press on a card, a list or Home. */
export function readCardPress(body: unknown): CardPress {
  const { user, trigger_id, container, view, actions } = Press.parse(body);
  const { approval, edition } = CardValue.parse(actions[0]?.value);
  return { user: user.id, trigger: trigger_id, approval, edition, where: whereOf(container, view ?? null) };
}

function whereOf(container: z.infer<typeof Press>['container'], view: { id: string; type: string } | null): Where {
  const { channel_id: channel, message_ts: ts, is_ephemeral } = container;
  if (view?.type === 'modal') return { kind: 'home', modal: view.id };
  if (view !== null || channel === undefined || ts === undefined) return { kind: 'home' };
  return is_ephemeral ? { kind: 'list', channel } : { kind: 'card', channel, ts };
}

const Page = z.coerce.number().int().min(0).max(10_000);
const PageMetadata = z.object({ approval: z.string() });

export type PagePress = { user: string; view: string; hash: string; approval: string; page: number };

/** A press on *Next page* or *Previous page* of a modal. */
export function readPagePress(body: unknown): PagePress {
  const { user, view, actions } = Press.parse(body);
  const { approval } = PageMetadata.parse(JSON.parse(view?.private_metadata ?? ''));
  return { user: user.id, view: view?.id ?? '', hash: view?.hash ?? '', approval, page: Page.parse(actions[0]?.value) };
}

/** Text that must be JSON; anything else is refused as any other wrong field is. */
const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'a button carries its ids as JSON' });
    return z.NEVER;
  }
});

const Id = z.string().min(1).max(2_000);
/** What the buttons of governance carry; each is looked up anew and trusted with nothing. */
export const LoginIds = z.strictObject({ person: Id, app: Id });
export const AccountIds = z.strictObject({ app: Id, account: Id });
export const LinkIds = z.strictObject({ person: Id, app: Id, account: Id });
export const SameIds = z.strictObject({ newcomer: Id, person: Id });
export const NewcomerIds = z.strictObject({ newcomer: Id });
export const ApprovalIds = z.strictObject({ approval: Id });
export const UndoIds = z.strictObject({ what: z.enum(['operation', 'approval']), id: Id, plan: Id });
export const PausedIds = z.strictObject({ app: Id.exactOptional(), person: Id.exactOptional() });
export const PeopleIds = z.strictObject({ app: Id, word: Id.exactOptional() });
export const FromIds = z.strictObject({ from: Id });
export const OneProposalIds = z.strictObject({ proposal: Id });
export const RequestIds = z.strictObject({ request: Id });
export const PersonIds = z.strictObject({ person: Id });
/** A root cause as a digest shows it; `count`: how many a retry was shown to put back. */
export const CauseIds = z.strictObject({ app: Id, cause: Id });
export const RetryIds = z.strictObject({ app: Id, cause: Id, count: z.coerce.number().int().min(0) });

export type IdsPress<Ids> = {
  user: string;
  trigger: string;
  channel: string | null;
  inMessage: boolean;
  /** The modal it stood in. */
  modal: string | null;
  ids: Ids;
};

/** A press on a button that carries ids. */
export function readIdsPress<Ids>(body: unknown, schema: z.ZodType<Ids>): IdsPress<Ids> {
  const { user, trigger_id: trigger, container, view, actions } = Press.parse(body);
  const ids = Json.pipe(schema).parse(actions[0]?.value);
  const modal = view?.type === 'modal' ? view.id : null;
  return { user: user.id, trigger, channel: container.channel_id ?? null, inMessage: view == null, modal, ids };
}

/** What the reject modal carries; ids only. */
export const RejectMetadata = z.object({ approval: z.string(), edition: z.number().int(), where: Where });
export type RejectMetadata = z.infer<typeof RejectMetadata>;

const Option = z.object({ value: z.string().max(75) });
const Held = z.object({
  value: z.string().nullish(),
  selected_option: Option.nullish(),
  selected_date: z.string().nullish(),
  selected_options: z.array(Option).max(1_000).nullish(),
});
const Submission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Held)) }),
  }),
});
type Submission = z.infer<typeof Submission>;

/** What one input of a submitted form holds. */
const heldIn = ({ view }: Submission, { block, action }: { block: string; action: string }) =>
  view.state.values[block]?.[action];

/** The reason in a form; an empty one is none. */
function reasonIn(submission: Submission): string | null {
  const reason = heldIn(submission, reasonInput)?.value?.trim() ?? '';
  return reason === '' ? null : reason;
}

export type Question = RejectMetadata & { user: string; text: string };

/** A submitted question. */
export function readQuestion(body: unknown): Question {
  const submission = Submission.parse(body);
  const metadata = RejectMetadata.parse(JSON.parse(submission.view.private_metadata));
  const text = heldIn(submission, questionInput)?.value?.trim() ?? '';
  return { ...metadata, user: submission.user.id, text };
}

export type Rejection = RejectMetadata & { user: string; reason: string | null };

/** A submitted reject modal. An empty reason is none. */
export function readRejection(body: unknown): Rejection {
  const submission = Submission.parse(body);
  const metadata = RejectMetadata.parse(JSON.parse(submission.view.private_metadata));
  return { ...metadata, user: submission.user.id, reason: reasonIn(submission) };
}

const Shortcut = z.object({ user: z.object({ id: z.string() }), trigger_id: z.string().default('') });

/** A shortcut: who, and the trigger that opens a modal. */
export function readShortcut(body: unknown): { user: string; trigger: string } {
  const { user, trigger_id: trigger } = Shortcut.parse(body);
  return { user: user.id, trigger };
}

const MessageShortcut = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  message: z.object({
    blocks: z.array(z.object({ elements: z.array(z.object({ value: z.unknown() })).catch([]) })).catch([]),
  }),
});

/** What the buttons of a message are about: a login, or a request. */
export type Named = { login: z.infer<typeof LoginIds> | null; approval: string | null };

/** A message's shortcut: who, where, and what the message's buttons name. */
export function readMessageShortcut(body: unknown): { user: string; channel: string; named: Named } {
  const { user, channel, message } = MessageShortcut.parse(body);
  const values = message.blocks.flatMap(({ elements }) => elements.map(({ value }) => value));
  const logins = values.flatMap((value) => Json.pipe(LoginIds).safeParse(value).data ?? []);
  const approvals = values.flatMap((value) => CardValue.safeParse(value).data?.approval ?? []);
  return { user: user.id, channel: channel.id, named: { login: logins[0] ?? null, approval: approvals[0] ?? null } };
}

/** `app crm`, `role Sales people` */
const What = z
  .string()
  .regex(/^(app|role) .+$/, 'an option names an app or a role')
  .transform((text) => {
    const space = text.indexOf(' ');
    return { kind: z.enum(['app', 'role']).parse(text.slice(0, space)), name: text.slice(space + 1) };
  });

export type Submitted = {
  user: string;
  what: { kind: 'app' | 'role'; name: string };
  why: string;
  until: string | null;
};

/** The submitted form that asks for access. */
export function readRequest(body: unknown): Submitted {
  const submission = Submission.parse(body);
  const what = What.parse(heldIn(submission, requestInputs.what)?.selected_option?.value);
  const why = heldIn(submission, requestInputs.why)?.value ?? '';
  return { user: submission.user.id, what, why, until: heldIn(submission, requestInputs.until)?.selected_date ?? null };
}

const Act = z.enum(['approve', 'reject']);
/** What the modal that asks once more carries: which request, what becomes of those chosen, and why. */
export const ChosenMetadata = RejectMetadata.extend({ act: Act, reason: z.string().nullable() });
export type ChosenMetadata = z.infer<typeof ChosenMetadata>;

/** Operations chosen out of a request: whose and which, as their options carry it. */
export type ChosenOnes = { person: string; operation: string }[];
export type Chosen = ChosenMetadata & { user: string; chosen: ChosenOnes };

/** The submitted choice, before it is confirmed. */
export function readChoice(body: unknown): Chosen {
  const submission = Submission.parse(body);
  const metadata = RejectMetadata.parse(JSON.parse(submission.view.private_metadata));
  const act = Act.parse(heldIn(submission, chooseInputs.act)?.selected_option?.value);
  const chosen = chosenIn(submission, chooseInputs.which);
  return { ...metadata, user: submission.user.id, act, reason: act === 'reject' ? reasonIn(submission) : null, chosen };
}

/** The choice as it was confirmed. */
export function readChosen(body: unknown): Chosen {
  const submission = Submission.parse(body);
  const metadata = ChosenMetadata.parse(JSON.parse(submission.view.private_metadata));
  return { ...metadata, user: submission.user.id, chosen: chosenIn(submission, chooseInputs.chosen) };
}

const chosenIn = (submission: Submission, input: { block: string; action: string }): ChosenOnes =>
  (heldIn(submission, input)?.selected_options ?? []).map(({ value }) => {
    const [person = '', operation = ''] = value.split(' ');
    return { person, operation };
  });

const Suggestion = z.object({
  user: z.object({ id: z.string() }),
  value: z.string().default(''),
  view: z.object({ private_metadata: z.string() }),
});

/** What somebody typed into the search of the choose modal. */
export function readSuggestion(body: unknown): { user: string; approval: string; text: string } {
  const { user, value, view } = Suggestion.parse(body);
  const { approval } = PageMetadata.parse(JSON.parse(view.private_metadata));
  return { user: user.id, approval, text: value.trim().slice(0, 200) };
}

const Typed = z.object({ user: z.object({ id: z.string() }), value: z.string().default('') });

/** What somebody typed into a search. */
export function readTyped(body: unknown): { user: string; text: string } {
  const { user, value } = Typed.parse(body);
  return { user: user.id, text: value.trim().slice(0, 200) };
}

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
export const decides = (envelope: Envelope): boolean =>
  deciding.has(envelope.actions?.[0]?.action_id) || decidingViews.has(envelope.view?.callback_id);
