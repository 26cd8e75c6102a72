import type { Identity } from './context.ts';
import { LocalSlackError } from './errors.ts';
import { randomSecret, stableId } from './ids.ts';
import type { AppDeclaration } from './manifest.ts';
import type { Channel, Member } from './model.ts';
import { present } from './present.ts';

/** A channel to set up. `members` are user ids, everyone when absent; the bot is in it unless `bot` is false. */
export type ChannelSetup = {
  name: string;
  private?: boolean;
  members?: readonly string[];
  bot?: boolean;
  topic?: string;
  externallyShared?: boolean;
};

/** Ids that stay the same as long as the names do. */
export function identify(app: AppDeclaration, teamName: string): Identity {
  return {
    teamId: stableId('T', teamName),
    teamName,
    teamDomain: teamName.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    appId: stableId('A', app.name),
    botId: stableId('B', app.name),
    botUser: stableId('U', `bot:${app.name}`),
    verificationToken: randomSecret(12),
  };
}

/** The people and the bot user, by id. Throws `invalid_workspace`. */
export function allMembers(app: AppDeclaration, identity: Identity, people: readonly Member[]): Map<string, Member> {
  const members = new Map(people.map((person) => [person.id, person]));
  const wrong = people.find((person) => !/^[UW][A-Z0-9]{2,}$/.test(person.id));
  if (wrong)
    throw new LocalSlackError(
      'invalid_workspace',
      `The user id "${wrong.id}" does not look like Slack's; use U and capitals or digits.`,
    );
  if (members.size < people.length)
    throw new LocalSlackError('invalid_workspace', 'Two people have the same id; give each their own.');
  const name = app.botName.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
  return members.set(identity.botUser, {
    id: identity.botUser,
    name,
    realName: app.botName,
    timeZone: 'UTC',
    bot: true,
  });
}

/** The channels by id. Throws `invalid_workspace`. */
export function setUpChannels(
  setups: readonly ChannelSetup[],
  members: ReadonlyMap<string, Member>,
  identity: Identity,
): Map<string, Channel> {
  const everyone = [...members.values()].filter((member) => !member.bot && !member.deleted).map((member) => member.id);
  const channels = setups.map((setup): Channel => {
    const people = setup.members ?? everyone;
    const stranger = people.find((id) => !members.has(id));
    if (stranger)
      throw new LocalSlackError('invalid_workspace', `#${setup.name} lists ${stranger}, who is not among the people.`);
    return present({
      id: stableId('C', setup.name),
      name: setup.name,
      private: setup.private ?? false,
      members: setup.bot === false ? [...people] : [...people, identity.botUser],
      topic: setup.topic,
      externallyShared: setup.externallyShared,
    });
  });
  return new Map(channels.map((channel) => [channel.id, channel]));
}

/** Public channels that were set up for everybody: whoever joins later is in them too. */
export const commonChannels = (setups: readonly ChannelSetup[], channels: ReadonlyMap<string, Channel>): Channel[] =>
  setups
    .filter((setup) => setup.members === undefined && !setup.private && !setup.externallyShared)
    .flatMap(({ name }) => channels.get(stableId('C', name)) ?? []);
