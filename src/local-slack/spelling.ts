import type { Channel, Member } from './model.ts';

/**
 * What a person types, as Slack passes it on: `&`, `<` and `>` escaped, links marked, and `@name` and `#channel` turned into ids.
 * With `names`, mentions carry the name too, as in commands (`<@U024BE7LH|ada>`); messages carry the id only.
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands (escaping users, channels and links)
 */
export const spell = (
  typed: string,
  members: Iterable<Member>,
  channels: Iterable<Channel>,
  names: boolean,
): string => {
  const people = new Map([...members].map((member) => [member.name.toLowerCase(), member]));
  const rooms = new Map(
    [...channels].filter((channel) => channel.with === undefined).map((channel) => [channel.name, channel]),
  );
  const mention = (id: string, name: string) => (names ? `${id}|${name}` : id);
  return escapeMarkup(typed)
    .replace(/(?<![\w@])@([\p{L}\p{N}._-]+)/gu, (whole, typedName: string) => {
      const [member, rest] = lookUp(people, typedName.toLowerCase());
      return member ? `<@${mention(member.id, member.name)}>${rest}` : whole;
    })
    .replace(/(?<![\w#/&])#([\p{L}\p{N}._-]+)/gu, (whole, typedName: string) => {
      const [channel, rest] = lookUp(rooms, typedName.toLowerCase());
      return channel ? `<#${mention(channel.id, channel.name)}>${rest}` : whole;
    })
    .replace(/(?<![<\w])https?:\/\/[^\s<>|]+/g, (link) => `<${link}>`);
};

/** The three characters that Slack's markup is made of. */
export const escapeMarkup = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** The longest known name at the start, so that a full stop after it stays outside. */
function lookUp<T>(known: ReadonlyMap<string, T>, typed: string): [T | undefined, string] {
  for (let end = typed.length; end > 0; end -= 1) {
    const found = known.get(typed.slice(0, end));
    if (found && (end === typed.length || /^[._-]+$/.test(typed.slice(end)))) return [found, typed.slice(end)];
  }
  return [undefined, ''];
}
