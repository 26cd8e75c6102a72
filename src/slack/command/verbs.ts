import { z } from 'zod';
import { Duration } from '../../core/config.ts';
import { isCalendarDay, timeOf } from '../../core/date.ts';
import type { Token } from './tokens.ts';

/*
 * The one registry of what can be typed after /provision. Parser, help, usage and the manifest's hint come from it.
 * Fields are positional in their order; each can also be given as a flag (`--app crm`). `.meta`: `usage` is how it is written in
 * the usage line, `rest: true` takes all that is left, `flagOnly: true` is never positional; `keyword: true` is a flag that may be
 * written as a plain word and takes everything up to the next flag.
 */

/** A mention or words that name somebody or something; several words may be typed without quotes. */
const Phrase = z.array(z.custom<Token>()).min(1);
const Word = z.string().trim().min(1).max(200);
const Id = z.string().trim().min(1).max(1_000);
const Reason = z.string().trim().min(1).max(500);
const isDate = (text: string): boolean => timeOf(text) !== null;
/** A day, of which the end is meant, or a moment. */
const Moment = z.string().refine(isDate, 'write 2026-12-31, or 2026-12-31T17:00');
/** The same, or so long from now. */
const End = z
  .string()
  .refine((text) => isDate(text) || Duration.safeParse(text).success, 'write 2026-12-31, 2026-12-31T17:00 or “3 days”');
const Day = z.string().refine(isCalendarDay, 'write the day as 2026-12-31');

const app = Word.optional().meta({ usage: '[app]', flagOnly: true });
const who = Phrase.optional().meta({ usage: '[person|app]', rest: true });
const person = Phrase.optional().meta({ usage: '[person]', rest: true });
const somebody = (usage: string) => Phrase.meta({ usage, rest: true });
const appAlone = Phrase.meta({ usage: '<app>', rest: true });
const until = End.optional().meta({ usage: '[--until 2026-12-31]', flagOnly: true, shown: true });
const reason = Reason.optional().meta({ usage: '[--reason why]', rest: true, flagOnly: true, shown: true });

/** A part of a request only: the people whose operations are decided. */
const only = Phrase.optional().meta({ usage: '[only person …]', keyword: true, flagOnly: true, shown: true });

/** Who may use a verb: `readers` are approvers and admins; `approvers` decide, each request by its own circle. */
export type Audience = 'everyone' | 'readers' | 'approvers' | 'admins';
type Verb<Input extends z.ZodObject> = {
  summary: string;
  input: Input;
  audience: Audience;
  aliases: readonly string[];
  example: string | null;
};

const verb = <Input extends z.ZodObject>(
  summary: string,
  input: Input,
  rest: Partial<Omit<Verb<Input>, 'summary' | 'input'>> = {},
): Verb<Input> => ({ summary, input, audience: 'everyone', aliases: [], example: null, ...rest });

export const verbs = {
  help: verb('Says what can be asked.', z.strictObject({ verb: Word.optional().meta({ usage: '[verb]' }) })),
  status: verb(
    'Shows logins and their state: yours, a person’s or an app’s; for admins without a name, the company’s.',
    z.strictObject({ who, app }),
    { example: 'status zoe@acme.com crm' },
  ),
  person: verb('Shows a person’s logins and what to do next: yours without a name.', z.strictObject({ who: person }), {
    example: 'person zoe@acme.com',
  }),
  app: verb(
    'Shows an app’s people by status, all of them or those of one status.',
    z.strictObject({
      who: somebody('<app> [status]'),
      find: Word.optional().meta({ usage: '[--find name]', flagOnly: true, shown: true }),
    }),
    { audience: 'readers', example: 'app crm failed' },
  ),
  explain: verb(
    'Says why a login is, or is not, what it is: mapping, role, rule and parameter of each value.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[person] [app]', rest: true }), app }),
    { aliases: ['why'], example: 'explain zoe@acme.com crm' },
  ),
  history: verb('Shows what happened to a person or an app, newest first.', z.strictObject({ who, app }), {
    example: 'history crm',
  }),
  'who-had': verb(
    'Says who had an account in an app at the end of a day, and who approved it.',
    z.strictObject({
      who: appAlone,
      on: Moment.optional().meta({ usage: '[--on 2026-12-31]', flagOnly: true, shown: true }),
    }),
    { audience: 'readers', aliases: ['whohad'], example: 'who-had crm --on 2026-06-30' },
  ),
  report: verb(
    'Shows what somebody who leaves had, and what a human must still close; without a name, what is deleted next.',
    z.strictObject({ who: person }),
    { audience: 'readers', aliases: ['leaver'], example: 'report zoe@acme.com' },
  ),
  pending: verb('Lists what waits for your decision.', z.strictObject({})),
  digest: verb(
    'Tells what needs somebody now, by root cause, with the way to try all of it again.',
    z.strictObject({}),
    {
      audience: 'readers',
    },
  ),
  plan: verb('Shows what would be done, changing nothing.', z.strictObject({ who, app }), {
    aliases: ['dry-run', 'preview'],
    example: 'plan crm',
  }),
  approve: verb(
    'Approves a request, or only what is about some people.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }), only }),
    { audience: 'approvers', example: 'approve a-7k2 only zoe@acme.com, Max Mustermann' },
  ),
  reject: verb(
    'Rejects a request; only a part of it with --reason why.',
    z.strictObject({
      id: Word.meta({ usage: '<id>' }),
      only,
      reason: Reason.optional().meta({ usage: '[reason]', rest: true }),
    }),
    { audience: 'approvers', example: 'reject a-7k2 only zoe@acme.com --reason she starts in May' },
  ),
  ask: verb(
    'Asks something about a request, in the thread of its card.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }), question: Reason.meta({ usage: '<question>', rest: true }) }),
    { audience: 'approvers', example: 'ask a-7k2 does she need this before May?' },
  ),
  delegate: verb(
    'Lets somebody decide in your place until a day; “off” takes it back, without a name it says who does.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[person|off]', rest: true }),
      until: End.optional().meta({ usage: '[until 2026-12-31]', flagOnly: true, shown: true }),
    }),
    { audience: 'approvers', example: 'delegate bob@acme.com until 2026-12-31' },
  ),
  undo: verb(
    'Shows what undoing would do: of a request, an operation, or a person’s last change in an app.',
    z.strictObject({
      who: somebody('<id|person> [app]'),
      confirm: Word.optional().meta({ usage: '[--confirm code]', flagOnly: true }),
    }),
    { audience: 'admins', example: 'undo zoe@acme.com crm' },
  ),
  disable: verb(
    'Suspends a person everywhere at once, whatever the directories say, until released.',
    z.strictObject({ who: somebody('<person>'), reason }),
    { audience: 'admins', example: 'disable zoe@acme.com --reason laptop stolen' },
  ),
  release: verb(
    'Takes a disable or an undo back: what the directories and rules say holds again.',
    z.strictObject({ who: somebody('<person> [app]'), app }),
    { audience: 'admins', example: 'release zoe@acme.com' },
  ),
  pause: verb(
    'Holds changes of an app or a person up until a day, never leaving; without a name, lists what is paused.',
    z.strictObject({ who, app, until, reason }),
    { audience: 'admins', aliases: ['pauses'], example: 'pause crm --until 2026-12-31 --reason the vendor migrates' },
  ),
  resume: verb('Ends a pause.', z.strictObject({ who: somebody('<person|app>'), app }), {
    audience: 'admins',
    aliases: ['unpause'],
    example: 'resume crm',
  }),
  retry: verb(
    'Tries again what failed in an app or for a person, all of it or of one cause.',
    z.strictObject({
      who: somebody('<person|app>'),
      app,
      cause: Word.optional().meta({ usage: '[--cause kind]', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', example: 'retry crm --cause auth' },
  ),
  keep: verb(
    'Keeps a leaver’s account longer before it is deleted: 30 days, or until a day.',
    z.strictObject({ who: somebody('<person> <app>'), app, until }),
    { audience: 'approvers', aliases: ['keep-longer'], example: 'keep zoe@acme.com crm --until 2026-12-31' },
  ),
  rematch: verb(
    'Finds the accounts that could be a person’s in an app, and links the one you choose.',
    z.strictObject({
      who: somebody('<person> <app>'),
      app,
      choose: Id.optional().meta({ usage: '[--choose id|none]', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', aliases: ['match'], example: 'rematch zoe@acme.com crm' },
  ),
  disassociate: verb(
    'Unlinks a login: the account stays, and Rollcall stops managing it.',
    z.strictObject({
      who: somebody('<person> <app>'),
      app,
      confirm: z.literal('yes').optional().meta({ usage: '[--confirm yes]', flagOnly: true }),
    }),
    { audience: 'admins', aliases: ['unlink'], example: 'disassociate zoe@acme.com crm' },
  ),
  reprovision: verb(
    'Plans a person’s logins anew and retries what failed.',
    z.strictObject({ who: somebody('<person> [app]'), app }),
    { audience: 'admins', aliases: ['re-provision'], example: 'reprovision zoe@acme.com crm' },
  ),
  connect: verb(
    'Connects an app or a directory step by step, or goes on with what is on its way; without a name, lists it.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[app|directory|name]', rest: true }) }),
    { audience: 'admins', aliases: ['enable'], example: 'connect app' },
  ),
  renew: verb(
    'Renews the credentials of an app or a directory, on a page of their own.',
    z.strictObject({ who: somebody('<app|directory>') }),
    { audience: 'admins', example: 'renew crm' },
  ),
  refresh: verb(
    'Reads an app’s entitlements anew, and says what is new and what is gone.',
    z.strictObject({ who: appAlone }),
    {
      audience: 'admins',
      example: 'refresh crm',
    },
  ),
  discover: verb(
    'Holds an app’s accounts against our people, changing nothing: whose they are, and which are nobody’s.',
    z.strictObject({ who: appAlone }),
    { audience: 'admins', example: 'discover crm' },
  ),
  triage: verb(
    'Says what becomes of an account that is nobody’s: left alone, or its owners asked whose it is.',
    z.strictObject({
      who: appAlone,
      account: Id.meta({ usage: '--account id', flagOnly: true, shown: true }),
      act: z.enum(['leave', 'ask']).meta({ usage: '--act leave|ask', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', example: 'triage crm --account 4711 --act ask' },
  ),
  twins: verb('Lists newcomers who may be somebody we know under another id.', z.strictObject({}), {
    audience: 'admins',
  }),
  same: verb(
    'Says who a newcomer is: somebody we know under another id, or somebody new.',
    z.strictObject({ who: somebody('<newcomer> <person|none>') }),
    { audience: 'admins', example: 'same p-7k2 p-4d1' },
  ),
  role: verb(
    'Lists the roles, shows one, puts people into it and takes them out by hand; adds, changes or deletes one in a form.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[role|new] [add|remove person | edit | delete]', rest: true }),
      until: Day.optional().meta({ usage: '[--until 2026-12-31]', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', aliases: ['roles'], example: 'role Sales add zoe@acme.com --until 2026-12-31' },
  ),
  mapping: verb(
    'Lists the mappings: who gets which roles and attributes; adds, changes or removes one in a form.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[name|new] [edit|remove]', rest: true }) }),
    { audience: 'admins', aliases: ['mappings'], example: 'mapping Sales people edit' },
  ),
  rule: verb(
    'Lists an app’s rules; adds, changes or removes one in a form.',
    z.strictObject({ who: somebody('<app> [name|new] [edit|remove]') }),
    { audience: 'admins', aliases: ['rules'], example: 'rule crm Managers edit' },
  ),
  parameter: verb(
    'Lists an app’s parameters; adds, changes or removes one in a form.',
    z.strictObject({ who: somebody('<app> [attribute|new] [edit|remove]') }),
    { audience: 'admins', aliases: ['parameters'], example: 'parameter crm title edit' },
  ),
  configure: verb(
    'Shows how an app is set up: owners, provisioning, approvals, timing, entitlements, password; changes one in a form, or removes the app.',
    z.strictObject({ who: somebody('<app> [section] [edit|remove]') }),
    { audience: 'admins', aliases: ['setup'], example: 'configure crm timing edit' },
  ),
  directory: verb(
    'Lists the directories in the order they are believed; adds, changes or removes one.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[name|new] [edit|remove]', rest: true }) }),
    { audience: 'admins', aliases: ['directories'], example: 'directory hr edit' },
  ),
  settings: verb(
    'Shows the settings of the company, or changes them in a form: general, threshold, digest, sign-in, contractors, timings.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[section] [edit]', rest: true }) }),
    { audience: 'admins', aliases: ['setting'], example: 'settings edit' },
  ),
  proposals: verb(
    'Lists the changes of the configuration that wait for another admin, or shows one.',
    z.strictObject({ id: Word.optional().meta({ usage: '[id]' }) }),
    { audience: 'admins', aliases: ['proposal'], example: 'proposals' },
  ),
  withdraw: verb(
    'Takes back a change of the configuration that you proposed.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }) }),
    { audience: 'admins', example: 'withdraw c-7k2' },
  ),
  sync: verb(
    'Reads a directory now, or all of them.',
    z.strictObject({ directory: Word.optional().meta({ usage: '[directory]' }) }),
    {
      audience: 'admins',
    },
  ),
  request: verb(
    'Asks for access to an app or a role, for as long as you say; without a name, lists what you asked for.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[app|role]', rest: true }),
      until: Day.optional().meta({ usage: '[--until 2026-12-31]', flagOnly: true, shown: true }),
      reason,
    }),
    { aliases: ['requests', 'access'], example: 'request crm --until 2026-12-31 --reason I cover for Zoe' },
  ),
  password: verb(
    'Sends you a link to set or to see the password of your apps, where Rollcall sets it, and says what is on its way.',
    z.strictObject({}),
    { aliases: ['passwords'] },
  ),
  doctor: verb('Looks for what would stop Rollcall from working, and says what to do about it.', z.strictObject({}), {
    audience: 'admins',
  }),
  whoami: verb('Says who Rollcall takes you for, and what you may do.', z.strictObject({}), { aliases: ['me'] }),
} as const;

export type VerbName = keyof typeof verbs;
export type Input<V extends VerbName> = z.output<(typeof verbs)[V]['input']>;
export const verbNames = Object.keys(verbs) as VerbName[];

/** What a field's `.meta` may say. */
const Meta = z.object({
  usage: z.string().default(''),
  rest: z.boolean().default(false),
  flagOnly: z.boolean().default(false),
  /** A flag that stands in the usage line. */
  shown: z.boolean().default(false),
  /** A flag that may be a plain word, and takes everything up to the next flag. */
  keyword: z.boolean().default(false),
});
export type Field = z.output<typeof Meta> & { name: string; phrase: boolean; required: boolean };

/** The fields of a verb, positional ones in their order. */
export function fieldsOf(name: VerbName): Field[] {
  return Object.entries(verbs[name].input.shape as Record<string, z.ZodType>).map(([field, schema]) => {
    const meta = Meta.parse(schema.meta() ?? {});
    const phrase = field === 'who' || meta.keyword;
    return { ...meta, name: field, phrase, required: !schema.safeParse(undefined).success };
  });
}
