import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Context } from './context.ts';
import { SlackRefusal } from './errors.ts';
import { randomSecret } from './ids.ts';
import { checkContent, type Draft, edit, findMessage, post, remove } from './posting.ts';
import { present } from './present.ts';

/** Where a response goes: to one person in one channel, and what it may replace. */
export type ResponseTarget = { channel: string; user: string; original?: { channel: string; ts: string } };

/** Slack's response URLs: 5 uses within 30 minutes. @see https://docs.slack.dev/interactivity/handling-user-interaction */
export type ResponseUrls = {
  issue(target: ResponseTarget): string;
  /** Counts a use. Throws `expired_url` or `used_url`. */
  use(id: string): ResponseTarget;
};

const lifetime = 30 * 60_000;
const uses = 5;
const remembered = 10_000;

export const createResponseUrls = (publicUrl: string, clock: Clock): ResponseUrls => {
  const issued = new Map<string, ResponseTarget & { at: number; left: number }>();
  return {
    issue(target) {
      const id = randomSecret();
      issued.set(id, { ...target, at: clock.now(), left: uses });
      for (const oldest of issued.keys()) {
        if (issued.size <= remembered) break;
        issued.delete(oldest);
      }
      return `${publicUrl}/response/${id}`;
    },
    use(id) {
      const found = issued.get(id);
      if (!found || clock.now() - found.at > lifetime) throw new SlackRefusal('expired_url');
      if (found.left === 0) throw new SlackRefusal('used_url');
      found.left -= 1;
      return found;
    },
  };
};

/** What an app may send back to a command or an interaction. */
const responseSchema = z.strictObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
  mrkdwn: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
});

/** Posts, replaces or deletes, as an app's response asks. Throws a `SlackRefusal`. */
export const respond = (context: Context, target: ResponseTarget, input: unknown): void => {
  const parsed = responseSchema.safeParse(typeof input === 'string' ? { text: input } : input);
  if (!parsed.success) throw new SlackRefusal('invalid_payload', { messages: parsed.error.issues.map(problem) });
  const response = parsed.data;
  const original = target.original && findMessage(context, target.original.channel, target.original.ts);
  if (response.delete_original) {
    if (!original) throw new SlackRefusal('message_not_found');
    remove(context, original);
    return;
  }
  const content = checkContent(response, { text: 40_000, together: false });
  if (response.replace_original) {
    if (!original) throw new SlackRefusal('message_not_found');
    edit(context, original, content);
    return;
  }
  const draft: Draft = present({
    ...content,
    channel: target.channel,
    user: context.identity.botUser,
    threadTs: response.thread_ts,
    metadata: response.metadata,
    ephemeralFor: response.response_type === 'in_channel' ? undefined : target.user,
  });
  post(context, draft);
};

const problem = (issue: z.core.$ZodIssue): string => `${issue.path.join('.') || 'body'}: ${issue.message}`;
