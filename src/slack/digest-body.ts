import type { DigestGroup } from '../engine/digest.ts';

const named = (group: DigestGroup): string => {
  const more = group.count - group.people.length;
  return more > 0 ? `${group.people.join(', ')} and ${more} more` : group.people.join(', ');
};

/** One paragraph per root cause: how many, where, what went wrong, what to do, who. */
export function digestBody(groups: readonly DigestGroup[]): string {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const head = `${total} ${total === 1 ? 'login needs' : 'logins need'} somebody's attention.`;
  const lines = groups.map(
    (group) => `${group.count} ${group.word} in ${group.app}: ${group.cause}. ${group.remedy} (${named(group)})`,
  );
  return [head, ...lines].join('\n');
}
