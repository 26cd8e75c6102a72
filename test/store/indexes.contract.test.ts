import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHealth } from '../../src/core/quarantine.ts';
import { keyed } from '../../src/core/scim/pushed.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { mongoStore } from '../../src/store/mongo.ts';
import {
  aDelegation,
  aLogin,
  anAccount,
  anApproval,
  anEvent,
  anOperation,
  aPause,
  aPerson,
  aRecord,
  aSecret,
  chained,
  sealedUnder,
} from '../contracts/store/builders.ts';
import { aProposal } from '../contracts/store/proposals.ts';
import { aPushedGroup, aPushedUser } from '../contracts/store/pushed.ts';
import { aSignOn } from '../contracts/store/sign-ons.ts';
import { type MongoForTests, openMongo } from './open-mongo.ts';

const many = 300;
let mongo: MongoForTests;
let connection: mongoose.Connection;
let store: Store;
let searches: mongoose.mongo.Document[] = [];

beforeAll(async () => {
  mongo = await openMongo();
  connection = await mongoose.createConnection(mongo.uri, { monitorCommands: true }).asPromise();
  connection.getClient().on('commandStarted', ({ commandName, command }) => {
    if (['find', 'aggregate', 'count'].includes(commandName)) searches.push(command);
  });
  store = mongoStore(connection);
  await fill(await mongo.fresh());
});
afterAll(async () => {
  await connection.close();
  await mongo.stop();
});

/** Three hundred of everything, of which each question below is about a few. */
async function fill({
  people,
  logins,
  approvals,
  delegations,
  events,
  accounts,
  health,
  pauses,
  secrets,
  proposals,
  pushed,
  signOns,
  inbox,
  outbox,
}: Store): Promise<void> {
  const numbers = Array.from({ length: many }, (_, number) => number);
  const rare = (number: number) => number % 100 === 7;
  await people.insert(
    numbers.map((n) =>
      aPerson(`p-${n}`, {
        records: [aRecord(`r-${n}`, { directory: rare(n) ? 'ad' : 'hr' })],
        attributes: { displayName: `${rare(n) ? 'Zoe' : 'Adam'} Smith ${n}` },
        dirty: rare(n),
        status: rare(n) ? 'left' : 'active',
        wakeAt: rare(n) ? 1 : n % 2 === 0 ? null : 1_000,
        twins: rare(n) ? ['p-0'] : [],
        slack: { team: 'T', user: `U${n}` },
        outbox: rare(n) ? [anEvent(`e-${n}`)] : [],
      }),
    ),
  );
  await logins.insert(
    numbers.map((n) =>
      aLogin(`p-${n}`, 'crm', {
        remoteId: `r-${n}`,
        account: 'active',
        knownAs: [`p-${n}@acme.test`, `former-${n}@acme.test`],
        partition: `crm:${n % 2}`,
        nextAt: rare(n) ? 1 : n % 2 === 0 ? null : 1_000,
        removedAt: rare(n) ? 5 : null,
        lostAt: rare(n) ? 5 : null,
        outbox: rare(n) ? [anEvent(`e-${n}`)] : [],
        operation: anOperation(`p-${n}`, 'crm', { ask: { approval: rare(n) ? 'a-1' : `a-x${n}`, hash: '' } }),
      }),
    ),
  );
  await approvals.insert(
    numbers.map((n) =>
      anApproval(`a-${n}`, {
        state: rare(n) ? 'open' : 'approved',
        carriedOut: n % 100 !== 8,
        createdAt: n,
        expiresAt: n,
      }),
    ),
  );
  await events.append(
    chained(
      'crm:0',
      numbers.map((n) =>
        anEvent(`e-${n}`, {
          at: n,
          person: `p-${n}`,
          app: rare(n) ? 'erp' : 'crm',
          operation: `o-${n}`,
          approval: `a-${n}`,
          status: rare(n) ? 'failed' : null,
        }),
      ),
    ),
  );
  await health.insert(numbers.map((n) => ({ ...newHealth(`app-${n}`), outbox: rare(n) ? [anEvent(`h-${n}`)] : [] })));
  await delegations.insert(
    numbers.map((n) => aDelegation(`p-${n}`, { ended: !rare(n), outbox: rare(n) ? [anEvent(`d-${n}`)] : [] })),
  );
  await pauses.insert(
    numbers.map((n) => aPause(`app:${n}`, { ended: !rare(n), outbox: rare(n) ? [anEvent(`w-${n}`)] : [] })),
  );
  await secrets.insert(
    numbers.map((n) =>
      aSecret(`s-${n}`, {
        sealed: n % 2 === 0 ? null : sealedUnder(rare(n) ? `old-${n}` : 'new'),
        nextAt: rare(n) ? 1 : n % 2 === 0 ? null : 1_000,
        outbox: rare(n) ? [anEvent(`s-${n}`)] : [],
      }),
    ),
  );
  await proposals.insert(
    numbers.map((n) =>
      aProposal(`c-${n}`, {
        state: rare(n) ? 'open' : 'applied',
        at: n,
        outbox: rare(n) ? [anEvent(`c-${n}`)] : [],
      }),
    ),
  );
  await pushed.insert(
    numbers.flatMap((n) => [
      { ...aPushedUser(`u-${n}`, n), goneAt: rare(n) ? n : null },
      aPushedGroup(`g-${n}`, [`u-${n}`], n),
    ]),
  );
  await signOns.insert(
    numbers.map((n) => ({
      ...{ ...aSignOn(`s-${n}`, n, `p-${n}`), asked: [{ person: `p-${n}`, at: n }] },
      outbox: rare(n) ? [anEvent(`s-on-${n}`)] : [],
    })),
  );
  await accounts.put(
    'crm',
    's-1',
    numbers.map((n) => anAccount(`r-${n}`, { userName: `u-${n}` })),
  );
  for (const n of numbers.slice(0, 40)) {
    await inbox.add({ id: `i-${n}`, payload: 1, at: 1, attempts: 0, doneAt: null });
    if (n !== 7) await inbox.done(`i-${n}`, 2);
    await outbox.want({ id: `o-${n}`, kind: 'card', subject: `s-${n}`, to: '#a', body: null }, 1);
    if (n !== 7) await outbox.shown(`o-${n}`, 1, { channel: 'C', ts: '1' });
  }
}

/** Documents the server has to look at for the searches of `ask`. */
async function examined(ask: () => Promise<unknown>): Promise<number> {
  searches = [];
  await ask();
  let total = 0;
  for (const { lsid, $db, $clusterTime, ...command } of searches) {
    const reply = await connection.db?.command({ explain: command, verbosity: 'executionStats' });
    const stats = reply?.executionStats ?? reply?.stages?.[0]?.$cursor?.executionStats;
    total += stats.totalDocsExamined;
  }
  return total;
}

const questions: Record<string, (store: Store) => Promise<unknown>> = {
  'a person': ({ people }) => people.get('p-5'),
  'people by records': ({ people }) => people.byRecords('hr', ['r-1', 'r-2']),
  'people by keys': ({ people }) => people.byKeys(['employeeId=p-1', 'employeeId=p-2']),
  'a person by Slack user': ({ people }) => people.bySlack({ team: 'T', user: 'U5' }),
  'dirty people': ({ people }) => people.dirty(true, null, 10),
  'dirty people, the next page': ({ people }) => people.dirty(true, 'p-107', 10),
  'newcomers in doubt': ({ people }) => people.undecided(5),
  'waking people': ({ people }) => people.waking(5, 10),
  'people of a directory': async ({ people }) => {
    for await (const _ of people.presentIn('ad'));
  },
  'people by the beginning of a name': ({ people }) => people.search({ text: 'zoe' }, null, 10),
  'people by name, page by page': ({ people }) => people.search({}, 'p-5', 5),
  'unpublished people': ({ people }) => people.unpublished(10),
  'logins of a person': ({ logins }) => logins.byPeople(['p-1', 'p-2']),
  'logins by account': ({ logins }) => logins.byAccount('crm', ['r-1', 'r-2']),
  'due logins': ({ logins }) => logins.due('crm:1', 5, 10),
  'due leaving logins': ({ logins }) => logins.due('crm:1', 5, 10, true),
  'when the next login is due': ({ logins }) => logins.nextDue('crm:1'),
  'when the next login of each lane is due': ({ logins }) => logins.nextInLanes('crm:1'),
  'logins of an approval': ({ logins }) => logins.byApproval('a-1', null, 10),
  'the tally of an approval': ({ logins }) => logins.tally('a-1'),
  'a page of logins of an app': ({ logins }) => logins.list({ app: 'crm' }, 'p-5:crm', 5),
  'a page of logins': ({ logins }) => logins.list({}, 'p-5:crm', 5),
  'who lost something': ({ logins }) => logins.losers(['crm', 'erp'], 1),
  'unpublished logins': ({ logins }) => logins.unpublished(10),
  'open approvals': ({ approvals }) => approvals.open(10),
  'unfinished approvals': ({ approvals }) => approvals.unfinished(5),
  'expired approvals': ({ approvals }) => approvals.expired(150, 10),
  'approvals decided lately': ({ approvals }) => approvals.decidedSince(5, 10),
  'messages about a subject': ({ outbox }) => outbox.about('s-7'),
  'the head of a chain': ({ events }) => events.head('crm:0'),
  'a part of a chain': ({ events }) => events.chain('crm:0', 200, 5),
  'known events': ({ events }) => events.known(['e-1', 'e-2']),
  'the newest events': ({ events }) => events.list({}, null, 5),
  'older events': ({ events }) => events.list({ app: 'crm' }, { at: 200, id: 'e-200' }, 5),
  'events of a person': ({ events }) => events.list({ person: 'p-7' }, null, 5),
  'events of an operation': ({ events }) => events.list({ operation: 'o-7' }, null, 5),
  'events of an approval': ({ events }) => events.list({ approval: 'a-7' }, null, 5),
  'events of a status': ({ events }) => events.list({ status: 'failed' }, null, 5),
  'partitions of events': ({ events }) => events.partitions(),
  'matching accounts': ({ accounts }) => accounts.match('crm', ['userName=u-1', 'userName=u-2']),
  'a page of accounts': ({ accounts }) => accounts.list('crm', 'r-5', 5),
  'accounts by id': ({ accounts }) => accounts.many('crm', ['r-1', 'r-2']),
  'accounts left alone': ({ accounts }) => accounts.left('crm', ['r-1', 'r-2']),
  'entitlement values': ({ accounts }) => accounts.entitlements('crm'),
  'open delegations': ({ delegations }) => delegations.open(),
  'unpublished delegations': ({ delegations }) => delegations.unpublished(10),
  'open pauses': ({ pauses }) => pauses.open(),
  'unpublished pauses': ({ pauses }) => pauses.unpublished(10),
  'due secrets': ({ secrets }) => secrets.due(5, 10),
  'secrets of people': ({ secrets }) => secrets.ofPeople(['p-s-1', 'p-s-2']),
  'secrets under old keys': ({ secrets }) => secrets.sealedUnderOther('new', null, 10),
  'secrets under old keys, the next page': ({ secrets }) => secrets.sealedUnderOther('new', 's-107', 10),
  'unpublished secrets': ({ secrets }) => secrets.unpublished(10),
  'open proposals': ({ proposals }) => proposals.open(10),
  'unpublished proposals': ({ proposals }) => proposals.unpublished(10),
  'unpublished health': ({ health }) => health.unpublished(10),
  'somebody pushed, by their name': ({ pushed }) => pushed.byKey(keyed('hr', 'User.userName', 'name.u-5')),
  'a page of the pushed': ({ pushed }) => pushed.list({ directory: 'hr', kind: 'User' }, 'u-5', 5),
  'the pushed that are gone': ({ pushed }) => pushed.gone({ directory: 'hr', kind: 'User' }, null, 5),
  'pushes since': ({ pushed }) => pushed.changedSince({ directory: 'hr', kind: 'User' }, 295, null, 10),
  'pushes since, the next page': ({ pushed }) =>
    pushed.changedSince({ directory: 'hr', kind: 'User' }, 290, aPushedUser('u-295', 295), 10),
  'pushed groups of a person': ({ pushed }) => pushed.groupsOf('hr', 'u-5'),
  'whom an app knows by a name': ({ logins }) => logins.knownAs('crm', 'former-5@acme.test'),
  'sign-ons that asked a person': ({ signOns }) => signOns.thatAsked('p-5', 1, 10),
  'unpublished sign-ons': ({ signOns }) => signOns.unpublished(10),
  'waiting payloads': ({ inbox }) => inbox.waiting(9, 10),
  'due messages': ({ outbox }) => outbox.due(9, 10),
  'what waits to be shown': ({ outbox }) => outbox.backlog(),
};

describe('indexes', () => {
  it.each(Object.entries(questions))('serve %s', async (_, ask) => {
    expect(await examined(() => ask(store))).toBeLessThanOrEqual(14);
    expect(searches.length).toBeGreaterThan(0);
  });
});
