import type { Connection, QueryFilter } from 'mongoose';
import type { Person, SlackIdentity } from '../../core/model.ts';
import { together } from '../../core/together.ts';
import type { PeopleStore } from '../../engine/store-ports.ts';
import { hasStart, searchTerms, searchWords, startOf } from '../search.ts';
import { Amount, collection, Flag, type Index, Nested, type Row, Text, Texts } from './collection.ts';
import { mongoDocuments, outboxIndex, versionedFields } from './documents.ts';
import { fail } from './failures.ts';
import { pack } from './keys.ts';
import { above, anyOf, atLeast, beginning, between, holding, isText, isTime } from './operators.ts';

const fields = {
  ...versionedFields,
  records: [Nested],
  attributes: Nested,
  status: Text,
  said: Text,
  revision: Amount,
  keys: Texts,
  dirty: Flag,
  wakeAt: Amount,
  slack: Nested,
  leftAt: Amount,
  stop: Nested,
  plannedFor: Nested,
  grants: [Nested],
  erasedAt: Amount,
  twins: Texts,
};

const indexes: readonly Index[] = [
  [{ 'find.records': 1 }, { unique: true, sparse: true }],
  [{ 'find.slack': 1 }, { unique: true, sparse: true }],
  [{ 'find.present': 1 }, { sparse: true }],
  [{ 'find.leaving': 1, _id: 1 }, { partialFilterExpression: { dirty: true } }],
  [{ 'find.starts': 1 }],
  [{ 'find.name': 1, _id: 1 }],
  [{ keys: 1 }],
  [{ status: 1 }],
  [{ twins: 1, _id: 1 }, { partialFilterExpression: { twins: isText } }],
  [{ wakeAt: 1, _id: 1 }, { partialFilterExpression: { wakeAt: isTime } }],
  outboxIndex,
];

const batch = 1_000;
const pair = (a: string, b: string): string => `${a}\n${b}`;
const isPresent = (record: Person['records'][number]): boolean => record.status !== 'left';

/** What a person is found by. Keys of unique indexes are left out where there are none, as these do not count as equal then. */
function find(person: Person): object {
  const records = person.records.map(({ directory, externalId }) => pair(directory, externalId));
  const present = [...new Set(person.records.filter(isPresent).map(({ directory }) => directory))];
  return {
    ...searchTerms(person),
    leaving: person.status !== 'active',
    ...(records.length > 0 && { records: [...new Set(records)] }),
    ...(present.length > 0 && { present }),
    ...(person.slack !== null && { slack: pair(person.slack.team, person.slack.user) }),
  };
}

export const peopleCollection = (connection: Connection) => collection(connection, 'people', fields, indexes);

export function mongoPeople(connection: Connection): PeopleStore {
  const model = peopleCollection(connection);
  const { read, ...documents } = mongoDocuments<Person>(model, {
    from: ['records', 'attributes', 'status', 'slack'],
    find,
  });

  const bySlack = together<SlackIdentity, Person | null>(async (identities) => {
    const keys = new Set(identities.map(({ team, user }) => pair(team, user)));
    const found = await read({ 'find.slack': anyOf([...keys]) });
    return (one) => found.find(({ slack }) => slack?.team === one.team && slack.user === one.user) ?? null;
  });

  /** Those whose words begin with the searched ones; only if there are none, those that hold them anywhere. */
  async function matching(words: readonly string[]): Promise<QueryFilter<Row>[]> {
    const beginnings = words.map((word) => ({
      ...(hasStart(word) && { 'find.starts': startOf(word) }),
      'find.tokens': beginning(word),
    }));
    if (words.length === 0 || (await model.exists({ $and: beginnings })) !== null) return beginnings;
    return words.map((word) => ({ 'find.text': holding(word) }));
  }

  /** People behind the last one seen, in display-name order. */
  async function following(after: string | null): Promise<QueryFilter<Row>[]> {
    const last = after === null ? null : await model.findOne({ _id: after }, { 'find.name': 1 }).lean<Row | null>();
    if (last === null) return [];
    const { name } = last.find as { name: string };
    return [{ 'find.name': atLeast(name), $or: [{ 'find.name': above(name) }, { _id: above(last._id) }] }];
  }

  async function idsAfter(after: string): Promise<string[]> {
    const rows = await model
      .find({ _id: above(after) }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(batch)
      .lean<Row[]>();
    return rows.map(({ _id }) => _id);
  }

  return {
    ...documents,
    byRecords: (directory, externalIds) =>
      read({ 'find.records': anyOf(externalIds.map((externalId) => pair(directory, externalId))) }),
    byKeys: (keys) => read({ keys: anyOf(keys) }),
    bySlack,
    dirty: (leaving, after, limit) =>
      read({ dirty: true, 'find.leaving': leaving, ...(after !== null && { _id: above(after) }) }, { _id: 1 }, limit),
    waking: (now, limit) => read({ wakeAt: between(0, now) }, { wakeAt: 1, _id: 1 }, limit),
    /** In steps: one command over a hundred thousand people outlasts the patience with a connection. Who comes in meanwhile is dirty. */
    async dirtyAll(by) {
      const set = { dirty: true, ...(by !== null && { plannedFor: pack(by) }) };
      let changed = 0;
      for (let ids = await idsAfter(''); ids.length > 0; ids = await idsAfter(ids.at(-1) ?? '')) {
        const { modifiedCount } = await model.updateMany({ _id: anyOf(ids) }, { $set: set, $inc: { version: 1 } });
        changed += modifiedCount;
      }
      return changed;
    },
    undecided: (limit) => read({ twins: above('') }, { _id: 1 }, limit),
    active: () => model.countDocuments({ status: 'active' }),
    async *presentIn(directory) {
      try {
        yield* presentIds(directory);
      } catch (error) {
        fail(error);
      }
    },
    async search(filter, after, limit) {
      const conditions = [...(await matching(searchWords(filter.text))), ...(await following(after))];
      const status = filter.status === undefined ? {} : { status: filter.status };
      return read({ ...status, ...(conditions.length > 0 && { $and: conditions }) }, { 'find.name': 1, _id: 1 }, limit);
    },
    count: () => model.estimatedDocumentCount(),
  };

  async function* presentIds(directory: string): AsyncIterable<string[]> {
    let ids: string[] = [];
    const rows = model.find({ 'find.present': directory }, { records: 1 }).lean<Row[]>().cursor({ batchSize: batch });
    for await (const row of rows) {
      for (const record of row.records as Person['records']) {
        if (record.directory === directory && isPresent(record)) ids.push(record.externalId);
      }
      if (ids.length < batch) continue;
      yield ids;
      ids = [];
    }
    if (ids.length > 0) yield ids;
  }
}
