import { enumerate, escaped, type Markup, md, mention } from './markup.ts';
import type { CircleMember } from './view.ts';
import { count } from './words.ts';

/** Those who may decide, or do what is to be done; the first of them called by name. */
export function circleText(circle: readonly CircleMember[]): Markup {
  if (circle.length === 0) return md`nobody yet: an admin has to name somebody`;
  const shown = circle.slice(0, 6).map(memberText);
  const more = circle.length - shown.length;
  return enumerate(more > 0 ? [...shown, md`${count(more, 'other', 'others')}`] : shown);
}

function memberText({ name, slack, for: principal }: CircleMember): Markup {
  const who = slack === null ? md`${name}` : mention(slack.user);
  return principal === undefined ? who : md`${who} (for ${escaped(principal, 80)})`;
}
