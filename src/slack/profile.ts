import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Time } from '../core/model.ts';
import type { SlackProfile } from '../engine/use-cases.ts';
import type { Team } from './deps.ts';

/** The fields of users.info that decide who somebody is; what is missing counts against them. */
const User = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  deleted: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  is_app_user: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  enterprise_user: z.object({ enterprise_id: z.string().optional() }).optional(),
  profile: z.object({ email: z.string().optional(), real_name: z.string().optional() }).optional(),
});
type User = z.infer<typeof User>;

/** Reads a user as Slack gives one. Throws ZodError when it is none: whoever cannot be read is nobody. */
export function profileOf(user: unknown, team: Team): SlackProfile {
  const parsed = User.parse(user);
  return {
    email: parsed.profile?.email ?? null,
    name: parsed.profile?.real_name ?? parsed.real_name ?? parsed.name ?? parsed.id,
    guest: parsed.is_restricted || parsed.is_ultra_restricted,
    bot: parsed.is_bot || parsed.is_app_user || parsed.id === 'USLACKBOT',
    deleted: parsed.deleted,
    stranger: parsed.is_stranger || !isOurs(parsed, team),
  };
}

/** `is_stranger` alone misses outsiders who share a channel with us, so the team itself has to be ours. */
function isOurs(user: User, team: Team): boolean {
  if (user.team_id === team.id) return true;
  return team.enterprise !== null && user.enterprise_user?.enterprise_id === team.enterprise;
}

/** Why this profile may not use Rollcall, as a plain sentence; null when it may. */
export function refusalOf(profile: SlackProfile): string | null {
  if (profile.stranger) return 'Rollcall answers only people of its own organisation.';
  if (profile.guest) return 'Rollcall does not answer guests. Ask a full member of this workspace to do it.';
  if (profile.bot) return 'Rollcall answers people, not apps.';
  return profile.deleted ? 'This Slack account is deactivated.' : null;
}

/** Profiles read lately; for reading only, never for decisions. */
export type ProfileCache = Map<string, { profile: SlackProfile; at: Time }>;
export const profileCache = (): ProfileCache => new Map();

/** Longest a profile is trusted for reading, milliseconds. */
export const profileAge = 30_000;

/** Asks Slack who a user is. */
export async function readProfile(client: WebClient, user: string, team: Team): Promise<SlackProfile> {
  const { user: found } = await client.users.info({ user });
  if (found?.id !== user) throw new Error('users.info answered for somebody else');
  return profileOf(found, team);
}
