import type { WebClient } from '@slack/web-api';
import { isEmail } from '../core/config-people.ts';
import { type Finding, note, right, wrong } from '../engine/examine/finding.ts';
import type { Team } from './deps.ts';
import { profileOf, refusalOf } from './profile.ts';
import { slackErrorOf } from './slack-error.ts';

/** Somebody the configuration names who cannot press a button: not there, a guest, deactivated … */
export type Absent = { word: string; why: string; remedy: string };

/** Look-ups by address are tier 3: fifty a minute, some left to the bot. */
const most = 40;

/** Those of the words that lead to no full member of the workspace; how many were not looked up. */
export async function absentFrom(
  client: WebClient,
  team: Team,
  words: readonly string[],
): Promise<{ absent: Absent[]; rest: number }> {
  const asked = [...new Set(words)];
  const absent: Absent[] = [];
  for (const word of asked.slice(0, most)) {
    const why = await whyAbsent(client, team, word);
    if (why !== null) absent.push({ word, ...why });
  }
  return { absent, rest: Math.max(0, asked.length - most) };
}

async function whyAbsent(client: WebClient, team: Team, word: string): Promise<Omit<Absent, 'word'> | null> {
  try {
    const { user } = isEmail(word)
      ? await client.users.lookupByEmail({ email: word.trim() })
      : await client.users.info({ user: word.trim() });
    const refusal = refusalOf(profileOf(user, team));
    return refusal === null ? null : { why: `Slack says: ${refusal}`, remedy: 'Name a full member of this workspace.' };
  } catch (error) {
    const found = slackErrorOf(error) !== 'users_not_found' && slackErrorOf(error) !== 'user_not_found';
    if (found) throw error;
    const remedy = isEmail(word)
      ? 'Invite them, or correct the address in Slack or here.'
      : 'Correct the Slack user id.';
    return { why: 'nobody in this workspace is that', remedy };
  }
}

/** The same as findings. */
export async function memberFindings(client: WebClient, team: Team, words: readonly string[]): Promise<Finding[]> {
  const { absent, rest } = await absentFrom(client, team, words);
  const findings = absent.map(({ word, why, remedy }) => wrong(`${word} can do nothing in Slack: ${why}`, remedy));
  if (rest > 0)
    findings.push(note(`${rest} more who decide were not looked up in Slack`, 'Slack allows fifty look-ups a minute.'));
  return findings.length === 0 ? [right('everyone who decides is a member of the workspace')] : findings;
}
