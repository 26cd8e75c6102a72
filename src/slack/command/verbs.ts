import { z } from 'zod';
import type { Token } from './tokens.ts';

/*
 * The one registry of what can be typed after /provision. Parser, help, usage and the manifest's hint come from it.
 * Fields are positional in their order; each can also be given as a flag (`--app crm`). `.meta`: `usage` is how it is written in
 * the usage line, `rest: true` takes all that is left, `flagOnly: true` is never positional.
 */

/** A mention or words that name somebody or something; several words may be typed without quotes. */
const Phrase = z.array(z.custom<Token>()).min(1);
const Word = z.string().trim().min(1).max(200);
const Reason = z.string().trim().min(1).max(500);

const app = Word.optional().meta({ usage: '[app]', flagOnly: true });
const who = Phrase.optional().meta({ usage: '[person|app]', rest: true });

type Audience = 'everyone' | 'approvers' | 'admins';
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
  history: verb('Shows what happened to a person or an app, newest first.', z.strictObject({ who, app }), {
    example: 'history crm',
  }),
  pending: verb('Lists what waits for your decision.', z.strictObject({})),
  plan: verb('Shows what would be done, changing nothing.', z.strictObject({ who, app }), {
    aliases: ['dry-run', 'preview'],
    example: 'plan crm',
  }),
  approve: verb('Approves a request, like its button.', z.strictObject({ id: Word.meta({ usage: '<id>' }) }), {
    audience: 'approvers',
  }),
  reject: verb(
    'Rejects a request, like its button.',
    z.strictObject({
      id: Word.meta({ usage: '<id>' }),
      reason: Reason.optional().meta({ usage: '[reason]', rest: true }),
    }),
    { audience: 'approvers' },
  ),
  sync: verb(
    'Reads a directory now, or all of them.',
    z.strictObject({ directory: Word.optional().meta({ usage: '[directory]' }) }),
    {
      audience: 'admins',
    },
  ),
  reprovision: verb(
    'Plans a person’s logins anew and retries what failed.',
    z.strictObject({ who: Phrase.meta({ usage: '<person> [app]', rest: true }), app }),
    { audience: 'admins', aliases: ['re-provision', 'retry'], example: 'reprovision zoe@acme.com crm' },
  ),
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
});
export type Field = z.output<typeof Meta> & { name: string; phrase: boolean; required: boolean };

/** The fields of a verb, positional ones in their order. */
export function fieldsOf(name: VerbName): Field[] {
  return Object.entries(verbs[name].input.shape as Record<string, z.ZodType>).map(([field, schema]) => ({
    ...Meta.parse(schema.meta() ?? {}),
    name: field,
    phrase: field === 'who',
    required: !schema.safeParse(undefined).success,
  }));
}
