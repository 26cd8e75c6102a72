import type { z } from 'zod';

/** Who may use a verb: `readers` are approvers and admins; `approvers` decide, each request by its own circle. */
export type Audience = 'everyone' | 'readers' | 'approvers' | 'admins';
export type Verb<Input extends z.ZodObject> = {
  summary: string;
  input: Input;
  audience: Audience;
  aliases: readonly string[];
  example: string | null;
};

export const verb = <Input extends z.ZodObject>(
  summary: string,
  input: Input,
  rest: Partial<Omit<Verb<Input>, 'summary' | 'input'>> = {},
): Verb<Input> => ({ summary, input, audience: 'everyone', aliases: [], example: null, ...rest });
