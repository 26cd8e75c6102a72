import { type AccountChange, type ConnectorContext, ConnectorError, type Target } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_failure.ts';
import { type Mark, whole } from '../_whole.ts';
import { checkTouchable } from './account.ts';
import { findAccounts, listAccounts, rowById, shown } from './accounts.ts';
import { bring, disable, missing } from './bring.ts';
import { create } from './create.ts';
import { givenGroups, regroupingOf } from './membership.ts';
import { placeAfter, unitOf } from './place.ts';
import type { TargetConnection } from './target-config.ts';
import { guidDn, type Row, textsOf } from './values.ts';
import { ofReading, openVisit, type Visit, visiting } from './visit.ts';
import { wantedOf } from './wanted.ts';

/** An Active Directory domain in which accounts are made and changed. */
export function activeDirectoryTarget(config: TargetConnection, context: ConnectorContext): Target {
  const { name } = context;

  /** Reads under the deadline of one call. */
  const reading = async <Result>(signal: AbortSignal, work: (visit: Visit) => Promise<Result>): Promise<Result> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(context.deadline)]);
    try {
      return await visiting(config, context, bounded, work);
    } catch (error) {
      throw ofReading(error, name);
    }
  };

  async function* pages<Page>(
    signal: AbortSignal,
    work: (visit: Visit) => AsyncIterable<Page>,
  ): AsyncGenerator<Page, void, void> {
    try {
      const visit = await openVisit(config, context, signal);
      try {
        yield* work(visit);
      } finally {
        visit.session.close();
      }
    } catch (error) {
      throw ofReading(error, name);
    }
  }

  const writing = <Result>(signal: AbortSignal, work: (visit: Visit, mark: Mark) => Promise<Result>): Promise<Result> =>
    whole(context, signal, (mark, bounded) => visiting(config, context, bounded, (visit) => work(visit, mark)));

  /** The account as it is now, to be changed. */
  const touched = async (visit: Visit, remoteId: string): Promise<Row> => {
    const row = await rowById(visit, remoteId);
    if (row === null) throw missing(name);
    checkTouchable(row, { user: config.user, name });
    return row;
  };

  const change = (remoteId: string, asked: AccountChange, signal: AbortSignal, enabled: boolean) =>
    writing(signal, async (visit, mark) => {
      const wanted = wantedOf({ name, idAttribute: config.idAttribute }, asked);
      const row = await touched(visit, remoteId);
      const regrouping = await regroupingOf(visit, asked.entitlements);
      const place = await placeAfter(visit, row, wanted);
      return bring(visit, row, { wanted, place, regrouping, password: asked.password, enabled }, mark);
    });

  return {
    test: (signal) => reading(signal, testRights),
    list: (signal) => pages(signal, listAccounts),
    get: (remoteId, signal) =>
      reading(signal, async (visit) => {
        const row = await rowById(visit, remoteId);
        return row === null ? null : shown(visit, row);
      }),
    find: (match, signal) => reading(signal, (visit) => findAccounts(visit, match)),
    create: (account, signal) => writing(signal, (visit, mark) => create(visit, account, mark)),
    update: (remoteId, asked, signal) => change(remoteId, asked, signal, false),
    suspend: (remoteId, signal) =>
      writing(signal, async (visit, mark) => disable(visit, await touched(visit, remoteId), mark)),
    reactivate: (remoteId, asked, signal) => change(remoteId, asked, signal, true),
    delete: (remoteId, signal) =>
      writing(signal, async (visit) => {
        const row = await touched(visit, remoteId).catch(nullIfMissing);
        if (row !== null) await visit.session.remove(guidDn(row), visit.signal).catch(nullIfMissing);
      }),
    entitlements: (signal) => pages(signal, givenGroups),
  };
}

/** The unit of new accounts is there, and the service account may make users in it, as far as the domain says. */
async function testRights(visit: Visit): Promise<void> {
  const { session, config, signal, name } = visit;
  const unit = await unitOf(visit, config.organizationalUnit, false);
  const attributes = ['allowedChildClassesEffective'];
  const [row] = await session.all({ base: unit, scope: 'base', filter: '(objectClass=*)', attributes }, signal);
  const allowed = row === undefined ? [] : textsOf(row, 'allowedChildClassesEffective').map((one) => one.toLowerCase());
  if (allowed.includes('user')) return;
  throw new ConnectorError('auth', 'none', `The service account of ${name} may not make users in ${unit}.`, {
    remedy: 'Give the service account the rights docs/active-directory.md lists.',
  });
}
