import type { Clock } from './clock.ts';
import type { Delivery } from './delivery.ts';
import { stableId } from './ids.ts';
import type { AppDeclaration } from './manifest.ts';
import type { Channel, Member } from './model.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Session } from './session.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Store } from './state.ts';
import type { Triggers } from './triggers.ts';
import type { Uploads } from './uploads.ts';

/** Who and what the workspace, the app and its bot are. */
export type Identity = {
  teamId: string;
  teamName: string;
  teamDomain: string;
  appId: string;
  botId: string;
  botUser: string;
  /** The deprecated verification token; every payload carries it. */
  verificationToken: string;
};

/** Everything a Web API method or a person's action works with. */
export type Context = {
  app: AppDeclaration;
  identity: Identity;
  publicUrl: string;
  startedAt: number;
  clock: Clock;
  /** By id, the bot user included. */
  members: Map<string, Member>;
  /** Whose direct message an id is. */
  directUsers: Map<string, string>;
  /** The channels as set up; direct messages and later joiners are in the store. */
  channels: ReadonlyMap<string, Channel>;
  /** Public channels that everybody is in. */
  commonChannels: readonly Channel[];
  store: Store;
  session: Session;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  delivery: Delivery;
  socketMode: Pick<SocketMode, 'open'>;
  uploads: Uploads;
};

/** The id of the direct message between a person and the bot. */
export const directId = (identity: Identity, user: string): string => stableId('D', `${identity.botUser}:${user}`);

const directChannel = (context: Context, user: string): Channel => ({
  id: directId(context.identity, user),
  name: 'directmessage',
  private: true,
  with: user,
  members: [user, context.identity.botUser],
});

/** All channels, then all open direct messages. */
export const allChannels = (context: Context): Channel[] => [
  ...[...context.channels.values()].map((channel) => withJoiners(context, channel)),
  ...[...context.store.data.directs]
    .filter((user) => context.members.has(user))
    .map((user) => directChannel(context, user)),
];

/** One channel by its id. */
export const findChannel = (context: Context, id: string): Channel | undefined => {
  const channel = context.channels.get(id);
  if (channel) return withJoiners(context, channel);
  const user = context.directUsers.get(id);
  return user !== undefined && context.store.data.directs.has(user) ? directChannel(context, user) : undefined;
};

/** Opens the direct message with a person, if it is not yet, and returns it. */
export const openDirect = (context: Context, user: string): Channel => {
  if (!context.store.data.directs.has(user)) context.store.commit({ type: 'direct', user });
  return directChannel(context, user);
};

function withJoiners(context: Context, channel: Channel): Channel {
  const joined = context.store.data.joined.get(channel.id);
  return joined ? { ...channel, members: [...new Set([...channel.members, ...joined])] } : channel;
}
