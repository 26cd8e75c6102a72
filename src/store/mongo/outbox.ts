import type { Connection } from 'mongoose';
import { together } from '../../core/together.ts';
import type { OutboxItem, OutboxStore, Posting } from '../../engine/mail-ports.ts';
import { Amount, collection, Flag, fromRow, type Index, Nested, type Row, Text } from './collection.ts';
import { anyOf, atLeast, atMost, isTime, noneOf } from './operators.ts';
import { againIfTaken } from './upsert.ts';

const fields = {
  kind: Text,
  subject: Text,
  to: Text,
  channel: Text,
  ts: Text,
  body: Text,
  wanted: Amount,
  shown: Amount,
  shownAt: Amount,
  unanswered: Nested,
  attempts: Amount,
  nextAt: Amount,
  /** Only there while `wanted` is above `shown`. */
  pending: Flag,
  /** Since when: of all that was wanted and is not shown, the first. */
  wantedAt: Amount,
  purgeAfter: { type: Date },
};

/** Cards follow their approval for ever, and whoever was welcomed is not welcomed again; everything else is done once it was shown. */
const lasting = ['card', 'welcome'];
const kept = 30 * 24 * 3_600;
const indexes: readonly Index[] = [
  [{ nextAt: 1, _id: 1 }, { partialFilterExpression: { pending: true } }],
  [{ wantedAt: 1 }, { partialFilterExpression: { wantedAt: isTime } }],
  [{ subject: 1, _id: 1 }],
  [{ purgeAfter: 1 }, { expireAfterSeconds: kept }],
];

export const outboxCollection = (connection: Connection) => collection(connection, 'outbox', fields, indexes);

const toItem = ({ pending, wantedAt, purgeAfter, ...row }: Row): OutboxItem => ({
  ...fromRow<OutboxItem>(row as Row),
  // An item that was never posted has none.
  unanswered: (row.unanswered ?? []) as Posting[],
});
const mostUnanswered = 10;

export function mongoOutbox(connection: Connection): OutboxStore {
  const model = outboxCollection(connection);
  const about = together<string, OutboxItem[]>(async (subjects) => {
    const rows = await model
      .find({ subject: anyOf([...new Set(subjects)]) })
      .sort({ _id: 1 })
      .lean<Row[]>();
    const items = rows.map(toItem);
    return (subject) => items.filter((item) => item.subject === subject);
  });
  return {
    async want({ id, kind, subject, to, body }, now) {
      const update = {
        $setOnInsert: { kind, subject, to, body, channel: null, ts: null, shown: 0, shownAt: null, attempts: 0 },
        $inc: { wanted: 1 },
        $set: { nextAt: now, pending: true },
        $min: { wantedAt: now },
        $unset: { purgeAfter: 1 as const },
      };
      await againIfTaken(() => model.updateOne({ _id: id }, update, { upsert: true }));
    },
    async due(now, limit, kinds) {
      const filter = { pending: true, nextAt: atMost(now), ...(kinds && { kind: anyOf([...kinds]) }) };
      const rows = await model.find(filter).sort({ nextAt: 1, _id: 1 }).limit(limit).lean<Row[]>();
      return rows.map(toItem);
    },
    async get(id) {
      const row = await model.findOne({ _id: id }).lean<Row | null>();
      return row === null ? null : toItem(row);
    },
    about,
    /** First what was shown, then, if nothing more is wanted since, that nothing is pending: each step may be lost or repeated. */
    async shown(id, wanted, { at = null, ...place }) {
      await model.updateOne({ _id: id }, { $set: { ...place, shownAt: at, attempts: 0 }, $max: { shown: wanted } });
      await model.updateOne(
        { _id: id, wanted: atMost(wanted) },
        { $unset: { pending: 1 as const, wantedAt: 1 as const } },
      );
      const purgeAfter = new Date();
      await model.updateOne({ _id: id, kind: noneOf(lasting), wanted: atMost(wanted) }, { $set: { purgeAfter } });
    },
    async later(id, nextAt) {
      await model.updateOne({ _id: id }, { $set: { nextAt }, $inc: { attempts: 1 } });
    },
    async posting(id, one) {
      await model.updateOne({ _id: id }, { $push: { unanswered: { $each: [one], $slice: -mostUnanswered } } });
    },
    async answered(id, at) {
      await model.updateOne({ _id: id }, { $pull: { unanswered: { at } } });
    },
    async backlog() {
      const [size, first] = await Promise.all([
        model.countDocuments({ wantedAt: atLeast(0) }),
        model
          .findOne({ wantedAt: atLeast(0) }, { wantedAt: 1 })
          .sort({ wantedAt: 1 })
          .lean<Row | null>(),
      ]);
      return { size, oldest: first === null ? null : (first.wantedAt as number) };
    },
  };
}
