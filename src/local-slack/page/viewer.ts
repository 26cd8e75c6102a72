import type { Channel, Member, WorkspaceState } from '../model.ts';

/** The person who looks, and what they need to read names and times. */
export type Viewer = {
  user: Member;
  members: readonly Member[];
  channels: readonly Channel[];
  botUser: string;
  now: Date;
};

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** People who can be played: no bots, nobody deleted. */
export function people(state: Pick<WorkspaceState, 'members'>): readonly Member[] {
  return state.members.filter((member) => !member.bot && !member.deleted);
}

/** The view of one person, or undefined where nobody has that id. An unknown time zone reads as UTC. */
export function viewerOf(state: WorkspaceState, user: string, now: Date): Viewer | undefined {
  const member = people(state).find(({ id }) => id === user);
  if (!member) return undefined;
  const { members, channels, botUser } = state;
  return { user: { ...member, timeZone: knownZone(member.timeZone) }, members, channels, botUser, now };
}

/** Private channels show to their members only, a direct message to its person only, public channels to all but guests outside them. */
export function canSee(channel: Channel, { user }: Viewer): boolean {
  if (channel.with !== undefined) return channel.with === user.id;
  return channel.members.includes(user.id) || !(channel.private || user.guest);
}

export function visibleChannels(viewer: Viewer): readonly Channel[] {
  return viewer.channels.filter((channel) => canSee(channel, viewer));
}

/** Where a person starts who has not chosen: their first channel, else the app. */
export function firstPlace(viewer: Viewer): string {
  return visibleChannels(viewer).find((channel) => channel.with === undefined)?.id ?? 'app';
}

/** The person's direct message with the bot, once it exists. */
export function directMessage(viewer: Viewer): Channel | undefined {
  return viewer.channels.find((channel) => channel.with === viewer.user.id);
}
