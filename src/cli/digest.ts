import { type Digest, type Expiring, isClean } from '../core/digest.ts';
import { ended } from '../core/text.ts';
import { printJson } from './print.ts';
import type { Verb } from './verb.ts';
import { inUtc } from './when.ts';

export const digestVerbs: readonly Verb[] = [
  {
    usage: 'digest',
    audience: 'readers',
    description: 'what needs somebody now, by root cause, with the trend since the last digest',
    async show({ session, options }) {
      const digest = await session.engine.useCases.digest();
      if (options.json) return printJson(digest);
      for (const line of digestLines(digest)) console.log(line);
    },
  },
];

/** One paragraph for each root cause, then what is no login’s. */
export function digestLines(digest: Digest): string[] {
  if (isClean(digest)) return ['Nothing needs anybody: all is well.'];
  const { quarantined, expiring, overdue, cured, at } = digest;
  const oldest = overdue.oldest === null ? '' : `, the oldest since ${inUtc(overdue.oldest)} UTC`;
  return [
    ...digest.groups.flatMap((group) => groupLines(group, digest.since)),
    ...quarantined.map(
      ({ app, since, reason, nextTry, waiting }) =>
        `${app}: in quarantine since ${inUtc(since)} UTC, ${waiting} waiting. ${ended(reason)} Next try ${inUtc(nextTry)} UTC, or now: rollcall retry ${app}`,
    ),
    ...expiring.map((one) => endingLine(one, at)),
    ...(overdue.count === 0 ? [] : [`${overdue.count} waiting for a decision for more than a day${oldest}.`]),
    ...cured.map(({ app, cause, count }) => `cured: ${app}, ${count}: ${cause}`),
  ];
}

function endingLine({ what, name, endsAt, pushed }: Expiring, at: number): string {
  const isOver = endsAt <= at;
  if (what === 'sign-on')
    return `sign-on: the certificate of key ${name} ${isOver ? 'ended' : 'ends'} ${inUtc(endsAt)} UTC. Make the next one: rollcall saml rotate`;
  const cure =
    pushed === true
      ? `Make another token for its source: rollcall directory token "${name}"`
      : `Renew them in Slack: /provision renew ${name}`;
  return `${what} ${name}: its credentials ${isOver ? 'ended' : 'end'} ${inUtc(endsAt)} UTC. ${cure}`;
}

function groupLines(group: Digest['groups'][number], since: Digest['since']): string[] {
  const { app, word, count, before, cause, remedy, people, code, retryable } = group;
  const trend = since === null ? '' : before === null ? ' (new)' : ` (still, ${before} before)`;
  const more = count - people.length;
  return [
    `${app}: ${count} ${word}${trend}. ${cause} ${ended(remedy)}`.trimEnd(),
    `  ${people.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    ...(retryable ? [`  again: rollcall retry ${app} --cause ${code}`] : []),
  ];
}
