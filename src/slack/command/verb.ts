import type { z } from 'zod';
import type { Audience } from '../../core/audience.ts';

export type Verb<Input extends z.ZodObject> = {
  summary: string;
  input: Input;
  audience: Audience;
  /** Of a verb of admins that changes something: does this only look? Then it is for auditors as well. Null: none of it does. */
  looks: ((input: z.output<Input>) => boolean) | null;
  aliases: readonly string[];
  example: string | null;
};

export const verb = <Input extends z.ZodObject>(
  summary: string,
  input: Input,
  rest: Partial<Omit<Verb<Input>, 'summary' | 'input'>> = {},
): Verb<Input> => ({ summary, input, audience: 'everyone', looks: null, aliases: [], example: null, ...rest });
