import type { Connection, QueryFilter } from 'mongoose';
import type { Login } from '../../core/login-model.ts';
import type { OperationState, Time } from '../../core/model.ts';
import type { LoginStore } from '../../engine/store-ports.ts';
import { losersOf } from '../removals.ts';
import { Amount, collection, Flag, type Index, Nested, type Row, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';
import { escapeKey } from './keys.ts';
import { above, anyOf, anyText, atLeast, below, between, isText, isTime } from './operators.ts';

const fields = {
  ...versionedFields,
  person: Text,
  app: Text,
  partition: Text,
  revision: Amount,
  wish: Nested,
  basis: Nested,
  account: Text,
  remoteId: Text,
  observed: Nested,
  provenance: Text,
  owned: [Nested],
  operation: Nested,
  intent: Nested,
  attempts: Amount,
  lane: Amount,
  nextAt: Amount,
  removedAt: Amount,
  lostAt: Amount,
  lostExplicit: Flag,
  candidates: Texts,
  chosen: Nested,
  disassociated: Flag,
  pin: Nested,
  releasedBy: Nested,
  keepUntil: Amount,
  remindedAt: Amount,
  dropped: [Nested],
  former: Texts,
  accepted: [Nested],
  consents: Nested,
  signOn: Nested,
  knownAs: Texts,
};

const indexes: readonly Index[] = [
  [{ person: 1, app: 1 }, { unique: true }],
  [
    { app: 1, remoteId: 1 },
    { unique: true, partialFilterExpression: { remoteId: isText } },
  ],
  [{ app: 1, _id: 1 }],
  [{ app: 1, account: 1, 'operation.state': 1 }],
  [{ app: 1, lostAt: 1 }, { partialFilterExpression: { lostAt: isTime } }],
  [{ partition: 1, lane: 1, nextAt: 1, _id: 1 }, { partialFilterExpression: { nextAt: isTime } }],
  [{ app: 1, knownAs: 1 }, { partialFilterExpression: { knownAs: isText } }],
  [{ 'operation.ask.approval': 1, _id: 1 }, { partialFilterExpression: { 'operation.ask.approval': isText } }],
  outboxIndex,
];

const lanes = [0, 1, 2] as const;
type Overview = Awaited<ReturnType<LoginStore['overview']>>[number];

export const loginsCollection = (connection: Connection) => collection(connection, 'logins', fields, indexes);

export function mongoLogins(connection: Connection): LoginStore {
  const model = loginsCollection(connection);
  const { read, ...documents } = mongoDocuments<Login>(model);
  const asked = (approval: string): QueryFilter<Row> => ({ 'operation.ask.approval': approval });
  const behind = (after: string | null): QueryFilter<Row> => (after === null ? {} : { _id: above(after) });

  /** One lane at a time, so that the index gives each question its answer in order, and only what is due. */
  async function due(partition: string, now: Time, limit: number, leaving = false): Promise<Login[]> {
    const found: Login[] = [];
    for (const lane of leaving ? lanes.slice(0, 1) : lanes) {
      if (found.length >= limit) break;
      const filter = { partition, lane, nextAt: between(0, now) };
      found.push(...(await read(filter, { nextAt: 1, _id: 1 }, limit - found.length)));
    }
    return found;
  }

  async function nextInLanes(partition: string): Promise<(Time | null)[]> {
    const firsts = await Promise.all(
      lanes.map((lane) =>
        model
          .findOne({ partition, lane, nextAt: atLeast(0) }, { nextAt: 1 })
          .sort({ nextAt: 1 })
          .lean<Row | null>(),
      ),
    );
    return firsts.map((row) => (row === null ? null : (row.nextAt as Time)));
  }

  async function nextDue(partition: string): Promise<Time | null> {
    const times = (await nextInLanes(partition)).filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  async function removals(app: string, since: Time): ReturnType<LoginStore['removals']> {
    const standing = {
      app,
      account: 'active',
      provenance: anyOf(['created', 'adopted']),
      $or: [{ lostAt: null }, { lostAt: below(since) }],
    };
    const lost = { app, lostAt: atLeast(Math.max(0, since)) };
    const [kept, removed, explicit] = await Promise.all([
      model.countDocuments(standing),
      model.countDocuments(lost),
      model.countDocuments({ ...lost, lostExplicit: true }),
    ]);
    return { managed: kept + removed, removed, explicit };
  }

  async function losers(apps: readonly string[], since: Time): ReturnType<LoginStore['losers']> {
    const lost = { app: anyOf(apps), lostAt: atLeast(Math.max(0, since)) };
    const rows = await model.find(lost, { person: 1, lostExplicit: 1 }).lean<Row[]>();
    return losersOf(rows as unknown as Pick<Login, 'person' | 'lostExplicit'>[]);
  }

  /** The texts that one field has among these: each is found by a look behind the one before. */
  async function textsOf<T extends string>(field: string, among: Readonly<Record<string, string>>): Promise<T[]> {
    const found: T[] = [];
    for (;;) {
      const filter = { ...among, [field]: above(found.at(-1) ?? '') };
      const row = await model
        .findOne(filter, { [field]: 1 })
        .sort({ [field]: 1 })
        .lean<Row | null>();
      if (row === null) return found;
      found.push(field.split('.').reduce<unknown>((value, name) => (value as Row)[name], row) as T);
    }
  }

  /** Counted by the keys of an index, in parts: by documents it takes a minute for a million. */
  async function overview(): Promise<Overview[]> {
    const rows: Overview[] = [];
    for (const app of await textsOf('app', {})) {
      for (const account of await textsOf<Login['account']>('account', { app })) {
        const among = { app, account };
        let rest = await model.countDocuments(among);
        for (const state of await textsOf<OperationState>('operation.state', among)) {
          const count = await model.countDocuments({ ...among, 'operation.state': state });
          rest -= count;
          rows.push({ ...among, state, count });
        }
        // What changes in between may have been counted under two states.
        if (rest > 0) rows.push({ ...among, state: null, count: rest });
      }
    }
    return rows;
  }

  return {
    ...documents,
    byPeople: (people) => read({ person: anyOf(people) }),
    byAccount: (app, remoteIds) => read({ app, remoteId: anyText(remoteIds) }),
    due,
    nextDue,
    nextInLanes,
    byApproval: (approval, after, limit, state) =>
      read(
        { ...asked(approval), ...behind(after), ...(state !== undefined && { 'operation.state': state }) },
        { _id: 1 },
        limit,
      ),
    async tally(approval) {
      const groups = await model.aggregate<{ _id: OperationState; count: number }>([
        { $match: asked(approval) },
        { $group: { _id: '$operation.state', count: { $sum: 1 } } },
      ]);
      return Object.fromEntries(groups.map(({ _id, count }) => [_id, count]));
    },
    list: ({ state, ...filter }, after, limit) =>
      read(
        { ...filter, ...behind(after), ...(state !== undefined && { 'operation.state': state }) },
        { _id: 1 },
        limit,
      ),
    overview,
    removals,
    losers,
    async knownAs(app, name) {
      const found = await read({ app, knownAs: anyText([name]) });
      return found.filter(({ account }) => account === 'active');
    },
    privilegedHolders: (app, target, values, limit) =>
      read(
        { app, account: 'active', [`observed.entitlements.${escapeKey(target)}`]: anyOf(values) },
        { _id: 1 },
        limit,
      ),
  };
}
