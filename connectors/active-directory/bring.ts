import { randomBytes } from 'node:crypto';
import { ConnectorError, type ListedAccount } from '../../src/core/connector.ts';
import { nullIfMissing, scrubber } from '../_failure.ts';
import type { Mark } from '../_whole.ts';
import { controlOf, disabledBit, isExpired } from './account.ts';
import { rowById, shown } from './accounts.ts';
import { equals } from './filters.ts';
import { type Regrouping, regroup } from './membership.ts';
import { type Place, placeOf } from './place.ts';
import { isUnfinished, unfinishedPlace } from './unfinished.ts';
import { guidDn, guidOf, type Row } from './values.ts';
import type { Visit } from './visit.ts';
import { stepsTo, type Wanted } from './wanted.ts';
import type { Step } from './writes.ts';

/** What becomes of an account: everything is looked up before, and can be done a second time. */
export type Bringing = {
  wanted: Wanted;
  place: Place;
  regrouping: Regrouping;
  password?: string | undefined;
  /** It works in the end. */
  enabled: boolean;
};

/**
 * Brings an account to what is asked, step by step, and reads it back: its name and place, what it has, its password, its groups, and last of
 * all that it works. Only what differs is sent.
 */
export async function bring(visit: Visit, row: Row, bringing: Bringing, mark: Mark): Promise<ListedAccount> {
  const { session, signal } = visit;
  const dn = guidDn(row);
  // Its name first: it follows a display name that would not show any more what it had followed.
  await settle(visit, row, bringing.place, mark);
  const steps = stepsTo(row, bringing.wanted);
  if (steps.length > 0) await session.modify(dn, steps, signal).then(mark);
  const password = bringing.password ?? (bringing.enabled && isUnfinished(row) ? unknownPassword() : undefined);
  if (password !== undefined) await setPassword(visit, dn, password).then(mark);
  await regroupIfAsked(visit, row, bringing.regrouping, mark);
  if (bringing.enabled) await enable(visit, row, mark);
  return shown(visit, await present(visit, row));
}

async function regroupIfAsked(visit: Visit, row: Row, regrouping: Regrouping, mark: Mark): Promise<void> {
  if (regrouping.join.length + regrouping.leave.length === 0) return;
  const current = await present(visit, row);
  await regroup(visit, current, regrouping, (group) => isMember(visit, current, group), mark);
}

/** To its name and its place. Not every controller renames by id: by its name, then, which may have become another one just now. */
async function settle({ session, signal, name }: Visit, row: Row, place: Place, mark: Mark): Promise<void> {
  const { rdn, below } = placeOf(row, place);
  if (rdn === null) return;
  try {
    await session.rename(row.dn, rdn, below, signal);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'missing') throw error;
    throw new ConnectorError(
      'unavailable',
      'none',
      `${row.dn} in ${name}, or where it goes, was changed by somebody else.`,
    );
  }
  mark();
}

/** The account as it is now. @throws ConnectorError `missing` */
export async function present(visit: Visit, row: Row): Promise<Row> {
  const found = await rowById(visit, guidOf(row) ?? '');
  if (found === null) throw missing(visit.name);
  return found;
}

export const missing = (app: string) =>
  new ConnectorError('missing', 'none', `${app} has no such account below its base any more.`);

/** Nobody is in a group that is gone. */
async function isMember({ session, signal }: Visit, account: Row, group: Row): Promise<boolean> {
  const filter = equals('member', account.dn);
  const asked = session.all({ base: guidDn(group), scope: 'base', filter, attributes: [] }, signal);
  return ((await asked.catch(nullIfMissing)) ?? []).length > 0;
}

/** Long, of all kinds of characters, and kept nowhere. */
const unknownPassword = () => `Aa1-${randomBytes(48).toString('base64url')}`;

/** As text in quotes, two bytes a letter ([MS-ADTS] 3.1.1.3.1.5): over TLS alone, which there is no way around here. */
async function setPassword({ session, signal }: Visit, dn: string, password: string): Promise<void> {
  const values = [Buffer.from(`"${password}"`, 'utf16le')];
  try {
    await session.modify(dn, [{ how: 'replace', attribute: 'unicodePwd', values }], signal);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { kind, effect, message, remedy } = error;
    throw new ConnectorError(kind, effect, scrubber([password])(message), { remedy });
  }
}

/** Nothing else of the state is touched; an end that has passed is taken away, and so is the mark of an unfinished account, in one. */
async function enable(visit: Visit, row: Row, mark: Mark): Promise<void> {
  const current = await present(visit, row);
  const control = controlOf(current);
  const steps: Step[] = [];
  if ((control & disabledBit) !== 0)
    steps.push({ how: 'replace', attribute: 'userAccountControl', values: [String(control & ~disabledBit)] });
  if (isExpired(current, visit.now)) steps.push({ how: 'replace', attribute: 'accountExpires', values: ['0'] });
  if (isUnfinished(current)) steps.push({ how: 'replace', attribute: unfinishedPlace, values: [] });
  if (steps.length > 0) await visit.session.modify(guidDn(row), steps, visit.signal).then(mark);
}

/** Whatever else its state says stays. */
export async function disable(visit: Visit, row: Row, mark: Mark): Promise<ListedAccount> {
  const control = controlOf(row);
  const values = [String(control | disabledBit)];
  if ((control & disabledBit) === 0)
    await visit.session
      .modify(guidDn(row), [{ how: 'replace', attribute: 'userAccountControl', values }], visit.signal)
      .then(mark);
  return shown(visit, await present(visit, row));
}
