import type { Expiring } from '../src/core/digest.ts';
import { bold, type Markup, md, moment } from './markup.ts';

/** What ends, and when; `now` where it may be over already. */
export function endingText({ what, title, endsAt }: Expiring, now: number | null = null): Markup {
  const isOver = now !== null && endsAt <= now;
  if (what === 'sign-on')
    return md`⏳ Sign-on: the certificate Rollcall signs with ${isOver ? 'ended' : 'ends'} ${moment(endsAt)}`;
  const whose = md`${what === 'app' ? 'App' : 'Directory'} ${bold(title, 80)}`;
  return md`⏳ ${whose}: its credentials ${isOver ? 'ended' : 'end'} ${moment(endsAt)}`;
}
