import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Settings } from '../core/settings-schema.ts';
import { type Finding, note, right, wrong } from '../engine/examine/finding.ts';

const Listed = z.object({
  id: z.string(),
  name: z.string().default(''),
  is_private: z.boolean().default(false),
  is_archived: z.boolean().default(false),
  is_member: z.boolean().default(false),
  is_ext_shared: z.boolean().default(false),
  is_pending_ext_shared: z.boolean().default(false),
  pending_shared: z.array(z.unknown()).default([]),
});
type Listed = z.infer<typeof Listed>;

/** The channels the configuration names: whether each is there, the bot is in it, and no outsider reads along. */
export async function channelFindings(
  client: WebClient,
  { channel, leaverChannel, digest }: Pick<Settings, 'channel' | 'leaverChannel' | 'digest'>,
): Promise<Finding[]> {
  const named = [
    { word: channel, leavers: false },
    ...(leaverChannel === undefined ? [] : [{ word: leaverChannel, leavers: true }]),
    ...(digest === undefined || digest.channel === channel ? [] : [{ word: digest.channel, leavers: false }]),
  ];
  const listed = await listAll(client);
  return named.map(({ word, leavers }) => findingOf(word, leavers, find(listed, word)));
}

async function listAll(client: WebClient): Promise<Listed[]> {
  const found: Listed[] = [];
  let cursor = '';
  do {
    const types = 'public_channel,private_channel';
    const page = await client.conversations.list({ types, limit: 1000, ...(cursor === '' ? {} : { cursor }) });
    found.push(...(page.channels ?? []).map((each) => Listed.parse(each)));
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return found;
}

/** An archived one counts only where no other has the name. */
function find(listed: readonly Listed[], word: string): Listed | undefined {
  const name = word.replace(/^#/, '').toLowerCase();
  const named = listed.filter(({ id, name: its }) => id === word || its.toLowerCase() === name);
  return named.find(({ is_archived }) => !is_archived) ?? named[0];
}

const instead = 'Until then cards go to direct messages.';

function findingOf(word: string, leavers: boolean, channel: Listed | undefined): Finding {
  if (channel === undefined)
    return wrong(`the bot does not see ${word}`, `Create it, or invite the bot if it is private. ${instead}`);
  if (channel.is_archived) return wrong(`${word} is archived`, `Name another channel in the settings. ${instead}`);
  if (channel.is_ext_shared || channel.is_pending_ext_shared || channel.pending_shared.length > 0)
    return wrong(
      `${word} is shared with another organisation, so no card may stand there`,
      `Name a channel of your own in the settings. ${instead}`,
    );
  if (leavers && !channel.is_private)
    return wrong(`${word} is public, and leavers are not shown there`, `Make it private, or name another. ${instead}`);
  if (!channel.is_member)
    return note(`the bot is not in ${word} yet`, 'It joins when it first posts; or invite it now.');
  return right(`the bot is in ${word}, which is ${channel.is_private ? 'private' : 'public'} and the company’s own`);
}
