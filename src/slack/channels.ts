import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Time } from '../core/model.ts';
import { together } from '../core/together.ts';

/** What decides whether a card may stand in a channel. */
export type Channel = {
  id: string;
  name: string;
  private: boolean;
  /** Shared with another organisation, or about to be: no card may stand there. */
  shared: boolean;
};

const Listed = z.object({
  id: z.string(),
  name: z.string().default(''),
  is_private: z.boolean().default(false),
  is_ext_shared: z.boolean().default(false),
  is_pending_ext_shared: z.boolean().default(false),
  pending_shared: z.array(z.unknown()).optional(),
});

const channelOf = (listed: unknown): Channel => {
  const channel = Listed.parse(listed);
  return {
    id: channel.id,
    name: channel.name,
    private: channel.is_private,
    shared: channel.is_ext_shared || channel.is_pending_ext_shared || (channel.pending_shared ?? []).length > 0,
  };
};

/** Channels by id and by `#name`, as last listed. */
export type ChannelBook = {
  find(client: WebClient, wanted: string, now: Time): Promise<Channel | null>;
  /** Something is not as the book says: it is read anew, unless that was just done. */
  doubt(): void;
};

/** How long a list is trusted, and how soon it is read again for a channel it does not hold. Milliseconds. */
const freshFor = 10 * 60_000;
const retryAfter = 30_000;

/**
 * Names become ids by listing (there is no look-up by name): tier 2, so it is remembered.
 * @see https://docs.slack.dev/reference/methods/conversations.list
 */
export function channelBook(): ChannelBook {
  let channels: readonly Channel[] = [];
  let readAt: Time | null = null;
  let doubted = false;
  const byName = (wanted: string): Channel | null => {
    const name = wanted.replace(/^#/, '').toLowerCase();
    return channels.find((channel) => channel.id === wanted || channel.name.toLowerCase() === name) ?? null;
  };
  return {
    async find(client, wanted, now) {
      const found = byName(wanted);
      const age = readAt === null ? Number.POSITIVE_INFINITY : now - readAt;
      if (age < (found === null || doubted ? retryAfter : freshFor)) return found;
      channels = await listChannels(client);
      readAt = now;
      doubted = false;
      return byName(wanted);
    },
    doubt() {
      doubted = true;
    },
  };
}

async function listChannels(client: WebClient): Promise<Channel[]> {
  const found: Channel[] = [];
  let cursor = '';
  do {
    const page = await client.conversations.list({
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: 1000,
      ...(cursor === '' ? {} : { cursor }),
    });
    found.push(...(page.channels ?? []).map(channelOf));
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return found;
}

type ReadChannel = (id: string) => Promise<Channel | { error: unknown }>;
const readers = new WeakMap<WebClient, ReadChannel>();

/** Those who ask about one channel at once share a call, which begins after they asked. */
const readerOf = (client: WebClient): ReadChannel =>
  together(async (ids) => {
    const look = (id: string) =>
      client.conversations.info({ channel: id }).then(({ channel }) => channelOf(channel), failed);
    const found = new Map(await Promise.all([...new Set(ids)].map(async (id) => [id, await look(id)] as const)));
    return (id) => found.get(id) ?? failed(new Error(`nobody asked for ${id}`));
  });
const failed = (error: unknown) => ({ error });

/** A channel as it is this moment. Direct messages with the bot are never shared, and need no call. */
export async function readChannel(client: WebClient, id: string): Promise<Channel> {
  if (isDirect(id)) return { id, name: '', private: true, shared: false };
  const read = readers.get(client) ?? readerOf(client);
  readers.set(client, read);
  const channel = await read(id);
  if ('error' in channel) throw channel.error;
  return channel;
}

export const isDirect = (id: string): boolean => id.startsWith('D');
