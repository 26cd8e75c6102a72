/**
 * How a person and an app's accounts stand to each other (midPoint's synchronization situations):
 * `linked`: their login has an account, and it is there · `deleted`: the login says so, and the app has none ·
 * `unlinked`: one account could be theirs · `disputed`: several could · `collision`: one could, and it is somebody else's or could
 * be as well · `unmatched`: they should have one, and there is none.
 */
export type Situation = 'linked' | 'deleted' | 'unlinked' | 'disputed' | 'collision' | 'unmatched';

/** What is known of one person in one app. */
export type Standing = {
  /** The account their login has, by its remote id. */
  held: string | null;
  /** The login had an account, and it vanished. */
  vanished: boolean;
  /** Remote ids of the accounts found by the strongest key that hits; empty where the login has one. */
  candidates: readonly string[];
  /** Should they have an account? */
  wished: boolean;
};

/** The accounts a person stands for: the one they have, or else all that could be theirs. */
export const claimsOf = ({ held, candidates }: Standing): readonly string[] => (held === null ? candidates : [held]);

/** How many people stand for each account, gathered person by person. */
export function claimed(claims: Map<string, number>, standing: Standing): void {
  for (const remoteId of new Set(claimsOf(standing))) claims.set(remoteId, (claims.get(remoteId) ?? 0) + 1);
}

/** Null: nothing to say, the person neither has nor should have an account there. `listed`: the app's accounts, as last listed. */
export function situationOf(
  standing: Standing,
  claims: ReadonlyMap<string, number>,
  listed: ReadonlySet<string>,
): Situation | null {
  const { held, vanished, candidates, wished } = standing;
  if (held !== null) return listed.has(held) ? 'linked' : 'deleted';
  const [candidate, ...more] = new Set(candidates);
  if (candidate === undefined) return vanished ? 'deleted' : wished ? 'unmatched' : null;
  if (more.length > 0) return 'disputed';
  return (claims.get(candidate) ?? 0) > 1 ? 'collision' : 'unlinked';
}

/** Does an account belong to nobody we know? */
export const isOwnerless = (remoteId: string, claims: ReadonlyMap<string, number>): boolean => !claims.has(remoteId);
