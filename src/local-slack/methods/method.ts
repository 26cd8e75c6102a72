import type { WebAPICallResult } from '@slack/web-api';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { invalidArguments, SlackRefusal } from '../errors.ts';
import type { Tier } from '../rates.ts';

/** A method's answer, held against what Slack's own client expects, without what every answer has. */
export type Reply<R extends WebAPICallResult> = Omit<
  R,
  'ok' | 'error' | 'needed' | 'provided' | 'response_metadata'
> & {
  response_metadata?: { next_cursor: string };
};

/** A Web API method: bot scopes it needs (all of them), its rate tier, and what it does with its raw arguments. */
export type Method = {
  scopes: readonly string[];
  /** `app`: takes the app-level token, in the header only, and no other. The bot's is the usual. */
  token: 'bot' | 'app';
  tier: Tier;
  call(context: Context, raw: Record<string, unknown>): Promise<object>;
};

type Arguments<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

type Spec<Shape extends z.ZodRawShape> = {
  scopes?: readonly string[];
  token?: 'app';
  tier: Tier;
  arguments: Shape;
  run(context: Context, args: Arguments<Shape>): object | Promise<object>;
};

/**
 * Declares a method. Arguments it does not know are refused with `invalid_arguments`, where Slack ignores them: here a
 * misspelt one is to be found.
 */
export const method = <Shape extends z.ZodRawShape>(spec: Spec<Shape>): Method => {
  // Bolt's clients send the team's id with every call.
  const schema = z.strictObject({ ...spec.arguments, team_id: z.string().optional() });
  return {
    scopes: spec.scopes ?? [],
    token: spec.token ?? 'bot',
    tier: spec.tier,
    async call(context, raw) {
      const parsed = schema.safeParse(raw, { reportInput: true });
      if (!parsed.success) throw invalidArguments(...parsed.error.issues.flatMap(describe));
      return spec.run(context, parsed.data as Arguments<Shape>);
    },
  };
};

function describe(issue: z.core.$ZodIssue): string[] {
  const name = issue.path.join('/');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `unknown argument: ${key}`);
  if (issue.input === undefined) return [`missing required field: ${name}`];
  return [`invalid value: ${issue.message} [json-pointer:/${name}]`];
}

/** A yes or no, also as a form carries it. */
export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0']).transform((given) => given === 'true' || given === '1'),
]);

/** A whole number, also as a form carries it. */
export const whole = z.union([z.number().int().min(0), z.string().regex(/^\d+$/).transform(Number)]);

/** Something structured, in a form as JSON text. What is not JSON stays text, for the method to refuse. */
export const structured = z.unknown().transform((given) => {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return given;
  }
});

export const requireScope = (context: Context, needed: string): void => {
  const { scopes } = context.app;
  if (!scopes.has(needed)) throw new SlackRefusal('missing_scope', { needed, provided: [...scopes].join(',') });
};

export const paging = { cursor: z.string().optional(), limit: whole.optional() };

/** One page of a list. The cursor is opaque to the caller; a foreign one is refused with `invalid_cursor`. */
export const page = <T>(
  items: readonly T[],
  given: { cursor?: string | undefined; limit?: number | undefined },
  usual: number,
): { items: T[]; response_metadata: { next_cursor: string } } => {
  const start = given.cursor ? readCursor(given.cursor) : 0;
  const limit = given.limit || usual;
  if (limit > 1000) throw new SlackRefusal('invalid_limit');
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: items.slice(start, end), response_metadata: { next_cursor: next } };
};

function readCursor(cursor: string): number {
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  if (!found?.[1]) throw new SlackRefusal('invalid_cursor');
  return Number(found[1]);
}
