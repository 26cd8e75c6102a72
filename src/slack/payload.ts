import { z } from 'zod';

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
export const PageMetadata = z.object({ approval: z.string() });

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
export const AppIds = z.strictObject({ app: Id });
/** Without a number: the person says that it was not them. */
export const NumberIds = z.strictObject({
  signOn: Id,
  number: z.coerce.number().int().min(0).max(1_000_000).exactOptional(),
});
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
