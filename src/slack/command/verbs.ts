import { z } from 'zod';
import { actingVerbs } from './acting-verbs.ts';
import { ownVerbs } from './own-verbs.ts';
import { readingVerbs } from './reading-verbs.ts';
import { setupVerbs } from './setup-verbs.ts';

/** The one registry of what can be typed after /provision. Parser, help, usage and the manifest's hint come from it. */
export const verbs = { ...readingVerbs, ...actingVerbs, ...setupVerbs, ...ownVerbs } as const;

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
