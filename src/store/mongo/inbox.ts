import type { Connection } from 'mongoose';
import type { Time } from '../../core/model.ts';
import { together } from '../../core/together.ts';
import type { InboxItem, InboxStore } from '../../engine/mail-ports.ts';
import { Amount, collection, type Index, type Row, Text } from './collection.ts';
import { insertRows, native } from './documents.ts';
import { twice } from './failures.ts';
import { below } from './operators.ts';

/** The payload is kept as JSON text: it is Slack's, and nothing ever looks into it here. */
const fields = {
  payload: Text,
  at: Amount,
  attempts: Amount,
  doneAt: Amount,
  touchedAt: Amount,
  purgeAfter: { type: Date },
};

/** What is done is kept a month, for replays and questions. */
const kept = 30 * 24 * 3_600;
const indexes: readonly Index[] = [
  [{ touchedAt: 1, _id: 1 }, { partialFilterExpression: { doneAt: null } }],
  [{ purgeAfter: 1 }, { expireAfterSeconds: kept }],
];

export const inboxCollection = (connection: Connection) => collection(connection, 'inbox', fields, indexes);

type Done = { id: string; at: Time };

const toItem = ({ _id, payload, at, attempts, doneAt }: Row): InboxItem => ({
  id: _id,
  payload: JSON.parse(payload as string),
  at: at as number,
  attempts: attempts as number,
  doneAt: doneAt as number | null,
});

export function mongoInbox(connection: Connection): InboxStore {
  const model = inboxCollection(connection);
  const add = together<Row, boolean>(async (rows) => {
    // When the first answer was lost this says false of what is ours: `waiting` finds it then.
    const { answer: refused } = await twice(() => insertRows(model, rows));
    return (row) => !refused.has(rows.indexOf(row));
  });
  const done = together<Done, void>(async (all) => {
    const updates = all.map(({ id, at }) => ({
      updateOne: { filter: { _id: id, doneAt: null }, update: { $set: { doneAt: at, purgeAfter: new Date(at) } } },
    }));
    await native(model).bulkWrite(updates, { ordered: false });
    return () => undefined;
  });
  return {
    add: ({ id, payload, ...item }) =>
      add({ _id: id, ...item, payload: JSON.stringify(payload ?? null), touchedAt: item.at }),
    async waiting(before, limit) {
      const filter = { doneAt: null, touchedAt: below(before) };
      const rows = await model.find(filter).sort({ touchedAt: 1, _id: 1 }).limit(limit).lean<Row[]>();
      return rows.map(toItem);
    },
    async attempt(id, touchedAt, before) {
      const counted = { $inc: { attempts: 1 }, $set: { touchedAt } };
      return (await model.updateOne({ _id: id, doneAt: null, touchedAt: below(before) }, counted)).matchedCount === 1;
    },
    done: (id, at) => done({ id, at }),
  };
}
