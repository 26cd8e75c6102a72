import { RollcallError } from '../core/errors.ts';
import type { Person } from '../core/model.ts';
import type { Caller, SlackProfile } from '../engine/use-cases.ts';
import type { SlackDeps } from './deps.ts';
import { profileAge, readProfile, refusalOf } from './profile.ts';
import { describeError, slackErrorOf } from './slack-error.ts';

/** `read` may use a profile up to 30 seconds old; `decide` always asks Slack. */
export type Purpose = 'read' | 'decide';

/** Who is calling. A failed look-up answers nobody: no decision is ever made on a guess. */
export async function callerOf(deps: SlackDeps, user: string, purpose: Purpose): Promise<Caller> {
  const profile = await profileFor(deps, user, purpose);
  if (profile === null) {
    const text = 'Slack did not say who you are just now, so nothing was done. Try again in a moment.';
    return { known: false, reason: 'unknown', text };
  }
  const refusal = refusalOf(profile);
  if (refusal !== null) return { known: false, reason: 'outsider', text: refusal };
  return deps.useCases.identify({ team: deps.team.id, user }, profile);
}

/**
 * Is a person who consented before still a full member of this workspace? Whoever was never pinned has consented nowhere here.
 * @throws RollcallError `slack-unavailable` (retry) while Slack does not say: no consent is counted on a guess.
 */
export async function isMember(deps: SlackDeps | null, { slack }: Pick<Person, 'slack'>): Promise<boolean> {
  if (slack === null) return false;
  try {
    if (deps === null) throw new Error('not connected');
    return refusalOf(await readProfile(deps.clients.interactive, slack.user, deps.team)) === null;
  } catch (error) {
    if (slackErrorOf(error) === 'user_not_found') return false;
    deps?.log.warn({ user: slack.user, ...describeError(error) }, 'could not read the profile of somebody who agreed');
    const message = 'Slack did not say whether everybody who agreed is still a member';
    throw new RollcallError('slack-unavailable', 'retry', message, 'It is tried again by itself.');
  }
}

async function profileFor(deps: SlackDeps, user: string, purpose: Purpose): Promise<SlackProfile | null> {
  const { profiles } = deps.memory;
  const now = deps.clock.now();
  const known = profiles.get(user);
  if (purpose === 'read' && known !== undefined && now - known.at < profileAge) return known.profile;
  try {
    const profile = await readProfile(deps.clients.interactive, user, deps.team);
    if (profiles.size > 1_000) profiles.clear();
    profiles.set(user, { profile, at: now });
    return profile;
  } catch (error) {
    profiles.delete(user);
    deps.log.warn({ user, ...describeError(error) }, 'could not read a Slack profile');
    return null;
  }
}
