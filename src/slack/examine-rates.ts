import { type Finding, note, right, wrong } from '../engine/examine/finding.ts';
import type { OutboxItem, OutboxStore } from '../engine/mail-ports.ts';
import type { Clock } from '../engine/ports.ts';
import { postRate, updateRate } from './pace.ts';
import type { RateWait } from './rate-waits.ts';

/** `waits`: what Slack asked this process to wait for in the last hour; null where the bot is another process. */
export type Rates = { outbox: Pick<OutboxStore, 'due'>; clock: Pick<Clock, 'now'>; waits: readonly RateWait[] | null };

const most = 5_000;
/** How long the last message of a queue may take, seconds: unremarkable, and too long. */
const patience = { right: 60, note: 15 * 60 };

/** Whether Slack's rate limits leave room for what Rollcall has to say: how long its queues take, and how often it was asked to wait. */
export async function rateFindings({ outbox, clock, waits }: Rates): Promise<Finding[]> {
  const queued = queuesOf(await outbox.due(clock.now(), most)).flatMap(queueFinding);
  const asked = waits === null || waits.length === 0 ? [] : [waitFinding(waits)];
  if (queued.length + asked.length > 0) return [...queued, ...asked];
  const told = waits === null ? '' : ', and Slack asked for no pause in the last hour';
  return [right(`Slack’s rate limits leave room: what waits is out within a minute${told}`)];
}

type Queue = { what: string; count: number; perSecond: number };

/** One for each place that is posted to, and one for all that is drawn anew: that is how Slack counts. */
function queuesOf(items: readonly OutboxItem[]): Queue[] {
  const posts = new Map<string, number>();
  let updates = 0;
  for (const { to, channel, ts } of items) {
    if (channel && ts) updates += 1;
    else posts.set(to, (posts.get(to) ?? 0) + 1);
  }
  const many = (count: number) => (items.length === most ? `${count} or more` : String(count));
  return [
    ...[...posts].map(([to, count]) => ({
      what: `${many(count)} messages wait for their turn in ${to.startsWith('#') ? to : 'a direct message'}`,
      ...{ count, perSecond: postRate.perSecond },
    })),
    { what: `${many(updates)} cards wait to be drawn anew`, count: updates, perSecond: updateRate.perSecond },
  ];
}

function queueFinding({ what, count, perSecond }: Queue): Finding[] {
  const seconds = count / perSecond;
  if (seconds <= patience.right) return [];
  const text = `${what}: at the ${Math.round(perSecond * 60)} a minute that Slack allows, the last is there in ${Math.ceil(seconds / 60)} minutes`;
  const remedy =
    'Nothing is lost. Where it stays so, give leavers and the digest channels of their own: each has its own turn.';
  return [seconds <= patience.note ? note(text, remedy) : wrong(text, remedy)];
}

function waitFinding(waits: readonly RateWait[]): Finding {
  const counts = new Map<string, number>();
  for (const { method } of waits) counts.set(method, (counts.get(method) ?? 0) + 1);
  const methods = [...counts].map(([method, count]) => (counts.size === 1 ? method : `${method} ${count}`)).join(', ');
  const longest = Math.max(...waits.map(({ seconds }) => seconds));
  const times = waits.length === 1 ? 'once' : `${waits.length} times`;
  return note(
    `Slack asked for a pause ${times} in the last hour (${methods}), of ${longest} ${longest === 1 ? 'second' : 'seconds'} at most`,
    'Nothing is lost: the calls wait as long. Where it stays so, see that nothing else uses this bot token.',
  );
}
