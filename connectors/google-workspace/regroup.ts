import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import type { Mark } from '../_whole.ts';
import { groupCalled, noSuchGroup } from './groups.ts';
import type { User } from './user.ts';
import { isOf, type Wire } from './wire.ts';

/** Groups to join and to leave, by address. */
export type Regrouping = { add: readonly string[]; remove: readonly string[] };

type Deps = { wire: Wire; name: string; now: () => number; onlyGroups: readonly string[] };
type Whose = Pick<User, 'id' | 'primaryEmail'>;

/** How long a group's id is believed: short, for an address may come to be another group's. */
const believed = 60_000;

/** Changes who is in which group. */
export function regrouper({ wire, name, now, onlyGroups }: Deps) {
  const ids = new Map<string, { id: string; at: number }>();

  /** @throws ConnectorError where there is no such group, or it is none of those that are looked at. */
  const idOf = async (email: string, signal: AbortSignal): Promise<string> => {
    if (onlyGroups.length > 0 && !onlyGroups.includes(email.toLowerCase())) throw notLookedAt(name, email);
    const known = ids.get(email);
    if (known !== undefined && now() - known.at < believed) return known.id;
    const { id } = await groupCalled(wire, email, name, signal);
    ids.set(email, { id, at: now() });
    return id;
  };

  /** Whoever is in it already is in it. */
  const join = async (email: string, { primaryEmail }: Whose, mark: Mark, signal: AbortSignal): Promise<void> => {
    const path = ['groups', await idOf(email, signal), 'members'];
    const json = { email: primaryEmail, role: 'MEMBER' };
    try {
      await wire.send({ method: 'POST', path, json, signal }, z.unknown());
      mark();
    } catch (error) {
      if (isOf(error, 'conflict')) return;
      if (!isOf(error, 'missing')) throw error;
      ids.delete(email);
      throw /groupKey/.test(error.message) ? noSuchGroup(name, email) : notThereYet(name, email, primaryEmail);
    }
  };

  /** Whoever is not in it, or whose group is gone, has left it. */
  const leave = async (email: string, { id }: Whose, mark: Mark, signal: AbortSignal): Promise<void> => {
    const path = ['groups', email, 'members', id];
    const left = wire.send({ method: 'DELETE', path, signal }, z.unknown()).then(mark);
    await left.catch(nullIfMissing);
  };

  return {
    idOf,
    /** One by one: what is one group's own fault stops no other, and all that were refused are named at the end. */
    async regroup(user: Whose, { add, remove }: Regrouping, mark: Mark, signal: AbortSignal): Promise<void> {
      const steps = [
        ...remove.map((email) => ({ email, send: leave })),
        ...add.map((email) => ({ email, send: join })),
      ];
      const refused: { email: string; error: ConnectorError }[] = [];
      for (const { email, send } of steps) {
        try {
          await send(email, user, mark, signal);
        } catch (error) {
          if (!isOf(error, 'rejected', 'conflict') || error.effect !== 'none') throw error;
          refused.push({ email, error });
        }
      }
      if (refused.length > 0) throw refusalOf(name, refused);
    },
  };
}

const shown = 5;

function refusalOf(name: string, refused: readonly { email: string; error: ConnectorError }[]): ConnectorError {
  const [first] = refused;
  if (refused.length === 1 && first !== undefined) return first.error;
  const names = refused.slice(0, shown).map(({ email }) => `"${email}"`);
  const more = refused.length > shown ? ` and ${refused.length - shown} more` : '';
  const message = `${name} refused ${refused.length} groups (${names.join(', ')}${more}): ${first?.error.message ?? ''}`;
  return new ConnectorError('rejected', 'none', message, {
    remedy: first?.error.remedy ?? 'Look at the groups in Google, then retry.',
    cause: first?.error,
  });
}

const notLookedAt = (name: string, email: string) =>
  new ConnectorError('rejected', 'none', `"${email}" is none of the groups that ${name} looks at.`, {
    remedy: 'Add its address to `onlyGroups` of the connection, or take it out of the parameter or rule that gives it.',
  });

/** A user who was just made is not known everywhere at once. */
const notThereYet = (name: string, group: string, user: string) =>
  new ConnectorError('unavailable', 'none', `${name} does not know ${user} in the group "${group}" yet.`);
