import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import type { Approval } from '../../src/core/approval-model.ts';
import type { Delegation } from '../../src/core/delegation.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Person } from '../../src/core/model.ts';
import type { Secret } from '../../src/core/password.ts';
import type { StoredPause } from '../../src/core/pausing.ts';
import type { Proposal } from '../../src/core/proposal.ts';
import { type AppHealth, newHealth } from '../../src/core/quarantine.ts';
import type { Documents, Store } from '../../src/engine/store-ports.ts';
import {
  app,
  approvalChange,
  delegationChange,
  digit,
  few,
  healthChange,
  keyOf,
  limit,
  loginChange,
  maybe,
  pauseChange,
  personChange,
  secretChange,
  state,
  time,
} from './store/arbitraries.ts';
import {
  aDelegation,
  aLogin,
  anAccount,
  anApproval,
  anEvent,
  aPause,
  aPerson,
  aSecret,
  chained,
  next,
} from './store/builders.ts';
import { aProposal, proposalChange } from './store/proposals.ts';

/** Something to ask of a store. Its answer is compared; where the order is free, so is the order of the answer. */
type Command = { text: string; run(store: Store): Promise<unknown> };

/**
 * Random sequences of commands must be answered alike by two stores that both start empty.
 * Names, ids and times come from small sets, so that commands meet each other.
 */
export async function checkSameAnswers(
  open: () => Promise<{ left: Store; right: Store }>,
  parameters: { numRuns: number; seed?: number },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const { left, right } = await open();
      for (const { text, run } of commands) deepStrictEqual(await answer(run, right), await answer(run, left), text);
    }),
    parameters,
  );
}

async function answer(run: Command['run'], store: Store): Promise<unknown> {
  try {
    return plain(await run(store));
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? error.code : error };
  }
}

const plain = (value: unknown): unknown => (value instanceof Set ? [...value].sort() : structuredClone(value));
const byId = <T extends { id: string }>(documents: readonly T[]): T[] =>
  [...documents].sort((a, b) => (a.id < b.id ? -1 : 1));
const by = <T>(items: readonly T[]): T[] => [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function say<T>(
  name: string,
  given: fc.Arbitrary<T>,
  run: (store: Store, given: T) => Promise<unknown>,
): fc.Arbitrary<Command> {
  return given.map((values) => {
    const text = `${name} ${JSON.stringify(values)}`;
    return { text, run: (store: Store) => run(store, values), [fc.toStringMethod]: () => text };
  });
}

/** Insert and compare-and-set, fresh or stale, in batches; and the questions all documents answer. */
function onDocuments<T extends { id: string; version: number; outbox: readonly { id: string }[] }>(
  name: string,
  documentsOf: (store: Store) => Documents<T & Person & Login & Approval>,
  make: (digit: number, change: Partial<T>) => T,
  change: fc.Arbitrary<Partial<T>>,
): fc.Arbitrary<Command>[] {
  const documents = documentsOf as unknown as (store: Store) => Documents<T & Person>;
  const batch = fc.array(fc.tuple(digit, change), { minLength: 1, maxLength: 4 });
  const made = (numbers: readonly number[]) => numbers.map((number) => make(number, {}).id);
  return [
    say(`insert ${name}`, batch, (store, given) =>
      documents(store).insert(given.map(([number, values]) => make(number, values) as T & Person)),
    ),
    say(`swap ${name}`, fc.tuple(batch, fc.boolean()), async (store, [given, stale]) => {
      const seen = new Map(
        (await documents(store).many(made(given.map(([number]) => number)))).map((one) => [one.id, one]),
      );
      const pairs = given.flatMap(([number, values], place) => {
        const stored = seen.get(make(number, {}).id);
        if (stored === undefined) return [];
        const before = stale && place === 0 ? { ...stored, version: stored.version - 1 } : stored;
        return [{ before, after: next(before, values as Partial<T & Person>) }];
      });
      return documents(store).swap(pairs);
    }),
    say(`published ${name}`, fc.tuple(few, few), async (store, [numbers, events]) => {
      const ids = events.map((id) => `e-${id}`);
      await documents(store).published(made(numbers).map((id) => ({ id, events: ids })));
      return byId(await documents(store).unpublished(100));
    }),
    say(`many ${name}`, few, async (store, numbers) => byId(await documents(store).many(made(numbers)))),
  ];
}

const command: fc.Arbitrary<Command> = fc.oneof(
  ...onDocuments<Person>(
    'people',
    ({ people }) => people as never,
    (id, change) => aPerson(`p-${id}`, change),
    personChange,
  ),
  ...onDocuments<Login>(
    'logins',
    ({ logins }) => logins as never,
    (id, change) => aLogin(`p-${id >> 1}`, id % 2 === 0 ? 'crm' : 'erp', change),
    loginChange,
  ),
  ...onDocuments<Approval>(
    'approvals',
    ({ approvals }) => approvals as never,
    (id, change) => anApproval(`a-${id}`, change),
    approvalChange,
  ),
  ...onDocuments<AppHealth>(
    'health',
    ({ health }) => health as never,
    (id, change) => ({ ...newHealth(`app-${id}`), ...change }),
    healthChange,
  ),
  ...onDocuments<Delegation>(
    'delegations',
    ({ delegations }) => delegations as never,
    (id, change) => aDelegation(`p-${id}`, change),
    delegationChange,
  ),
  ...onDocuments<StoredPause>(
    'pauses',
    ({ pauses }) => pauses as never,
    (id, change) => aPause(`app:${id}`, change),
    pauseChange,
  ),
  ...onDocuments<Secret>(
    'secrets',
    ({ secrets }) => secrets as never,
    (id, change) => aSecret(`s-${id}`, change),
    secretChange,
  ),
  ...onDocuments<Proposal>(
    'proposals',
    ({ proposals }) => proposals as never,
    (id, change) => aProposal(`c-${id}`, change),
    proposalChange,
  ),

  say('people by records', few, async ({ people }, ids) =>
    byId(
      await people.byRecords(
        'hr',
        ids.map((id) => `r-${id}`),
      ),
    ),
  ),
  say('people by keys', few, async ({ people }, ids) => byId(await people.byKeys(ids.map((id) => `k-${id}`)))),
  say('person by Slack', digit, ({ people }, id) => people.bySlack({ team: 'T', user: `U${id}` })),
  say('dirty people', fc.tuple(fc.boolean(), maybe(digit), limit), ({ people }, [leaving, after, count]) =>
    people.dirty(leaving, after === null ? null : `p-${after}`, count),
  ),
  say('waking people', fc.tuple(time, limit), ({ people }, [now, count]) => people.waking(now, count)),
  say('everybody dirty', fc.constant(0), ({ people }) => people.dirtyAll(null)),
  say('present people', fc.constant('hr'), async ({ people }, directory) => {
    const ids: string[] = [];
    for await (const some of people.presentIn(directory)) ids.push(...some);
    return ids.sort();
  }),
  say(
    'search people',
    fc.tuple(
      fc.constantFrom('', 'zo', 'SMI', 'ob@', 'p-', 'b', 'x', 'zoe smith', '李'),
      fc.option(fc.constantFrom<Person['status'][]>('active', 'left'), { nil: undefined }),
      maybe(digit),
      limit,
    ),
    ({ people }, [text, status, after, count]) =>
      people.search({ text, ...(status !== undefined && { status }) }, after === null ? null : `p-${after}`, count),
  ),

  say('due logins', fc.tuple(app, time, limit), async ({ logins }, [name, now, count]) => [
    await logins.due(`${name}:0`, now, count),
    await logins.due(`${name}:0`, now, count, true),
    await logins.nextDue(`${name}:0`),
    await logins.nextInLanes(`${name}:0`),
  ]),
  say(
    'logins of an approval',
    fc.tuple(digit, maybe(digit), limit, fc.option(state, { nil: undefined })),
    async ({ logins }, [approval, after, count, inState]) => [
      await logins.byApproval(`a-${approval}`, after === null ? null : `p-${after >> 1}:crm`, count, inState),
      await logins.tally(`a-${approval}`),
    ],
  ),
  say('logins by account', fc.tuple(app, few), async ({ logins }, [name, ids]) =>
    byId(
      await logins.byAccount(
        name,
        ids.map((id) => `r-${id}`),
      ),
    ),
  ),
  say(
    'list logins',
    fc.tuple(fc.option(app, { nil: undefined }), fc.option(state, { nil: undefined }), limit),
    ({ logins }, [name, inState, count]) =>
      logins.list(
        { ...(name !== undefined && { app: name }), ...(inState !== undefined && { state: inState }) },
        null,
        count,
      ),
  ),
  say('overview', fc.constant(0), async ({ logins }) => by(await logins.overview())),
  say('removals', fc.tuple(app, time), ({ logins }, [name, since]) => logins.removals(name, since)),

  say('open approvals', limit, ({ approvals }, count) => approvals.open(count)),
  say('unfinished approvals', time, ({ approvals }, before) => approvals.unfinished(before)),
  say('expired approvals', fc.tuple(time, limit), ({ approvals }, [now, count]) => approvals.expired(now, count)),

  say(
    'append events',
    fc.tuple(app, fc.array(fc.record({ id: digit, at: time, person: maybe(digit) }), { minLength: 1, maxLength: 4 })),
    async ({ events }, [name, given]) => {
      const links = chained(
        name,
        given.map(({ id, at, person }) =>
          anEvent(`e-${id}`, { at, app: name, person: person === null ? null : `p-${person}` }),
        ),
      );
      await events.append(links);
    },
  ),
  say(
    'list events',
    fc.tuple(maybe(digit), maybe(app), maybe(fc.tuple(time, digit)), limit),
    ({ events }, [person, name, before, count]) =>
      events.list(
        { ...(person !== null && { person: `p-${person}` }), ...(name !== null && { app: name }) },
        before === null ? null : { at: before[0], id: `e-${before[1]}` },
        count,
      ),
  ),
  say('chain of events', fc.tuple(app, digit, limit), async ({ events }, [name, after, count]) => [
    await events.chain(name, after, count),
    await events.head(name),
    await events.partitions(),
  ]),

  say(
    'replace a lease',
    fc.tuple(maybe(fc.tuple(digit, digit)), digit, digit),
    async ({ leases }, [seen, owner, epoch]) => {
      const lease = (by: number, at: number) => ({ name: 'l', owner: `w-${by}`, epoch: at, beat: 0 });
      return [await leases.replace(seen === null ? null : lease(...seen), lease(owner, epoch)), await leases.read('l')];
    },
  ),
  say(
    'list accounts',
    fc.tuple(app, digit, fc.array(fc.tuple(digit, digit), { maxLength: 3 })),
    ({ accounts }, [name, sweep, given]) =>
      accounts.put(
        name,
        `s-${sweep}`,
        given.map(([id, user]) => anAccount(`r-${id}`, { userName: `U${user}` })),
      ),
  ),
  say('finish a list', fc.tuple(app, digit, time), async ({ accounts }, [name, sweep, at]) => [
    await accounts.finish(name, `s-${sweep}`, at),
    await accounts.listedAt(name),
  ]),
  say('match accounts', fc.tuple(app, few), async ({ accounts }, [name, users]) =>
    by(
      await accounts.match(
        name,
        users.map((user) => `userName=u${user}`),
      ),
    ),
  ),
  say('a page of accounts', fc.tuple(app, maybe(digit), limit), ({ accounts }, [name, after, count]) =>
    accounts.list(name, after === null ? null : `r-${after}`, count),
  ),
  say('accounts by id', fc.tuple(app, few), async ({ accounts }, [name, ids]) =>
    by(
      await accounts.many(
        name,
        ids.map((id) => `r-${id}`),
      ),
    ),
  ),
  // A sweep has an id of its own; one that is not ended is a process that ended.
  say(
    'import entitlements',
    fc.tuple(app, fc.uuid(), few, few, fc.boolean()),
    async ({ accounts }, [name, sweep, first, second, ends]) => {
      const page = (ids: readonly number[]) =>
        ids.map((id) => ({ target: 'groups', value: `v${id}`, remoteId: `${id}` }));
      await accounts.putEntitlements(name, sweep, 0, page(first));
      await accounts.putEntitlements(name, sweep, first.length, page(second));
      const finished = ends ? await accounts.finishEntitlements(name, sweep, first.length) : null;
      return [finished, await accounts.entitlements(name), await accounts.refreshedAt(name)];
    },
  ),
  say('want a refresh', fc.tuple(app, maybe(time)), async ({ accounts }, [name, at]) => {
    const by = { kind: 'system', name: 'test' } as const;
    await accounts.wantRefresh(name, at === null ? null : { by, at });
    return [await accounts.wantedRefresh(name), await accounts.entitlements(name)];
  }),
  say('leave an account', fc.tuple(app, digit, few), async ({ accounts }, [name, id, asked]) => {
    await accounts.leave(name, `r-${id}`, { by: { kind: 'system', name: 'test' }, at: 1 });
    return accounts.left(
      name,
      asked.map((one) => `r-${one}`),
    );
  }),
  say('health of all apps', fc.constant(0), async ({ health }) => byId(await health.list())),
  say('open delegations', fc.constant(0), ({ delegations }) => delegations.open()),
  say('open pauses', fc.constant(0), ({ pauses }) => pauses.open()),

  say('open proposals', limit, ({ proposals }, count) => proposals.open(count)),
  say('due secrets', fc.tuple(time, limit), ({ secrets }, [now, count]) => secrets.due(now, count)),
  say('secrets of people', few, ({ secrets }, people) => secrets.ofPeople(people.map((id) => `p-${id}`))),
  say('secrets under another key', fc.tuple(keyOf, maybe(digit), limit), ({ secrets }, [key, after, count]) =>
    secrets.sealedUnderOther(key, after === null ? null : `s-${after}`, count),
  ),

  say('receive', fc.tuple(digit, time), ({ inbox }, [id, at]) =>
    inbox.add({ id: `i-${id}`, payload: { at }, at, attempts: 0, doneAt: null }),
  ),
  say('attempt', fc.tuple(digit, time, time), ({ inbox }, [id, at, before]) => inbox.attempt(`i-${id}`, at, before)),
  say('finish', fc.tuple(digit, time), ({ inbox }, [id, at]) => inbox.done(`i-${id}`, at)),
  say('waiting', fc.tuple(time, limit), ({ inbox }, [before, count]) => inbox.waiting(before, count)),

  say('want', fc.tuple(digit, time), ({ outbox: mail }, [id, now]) =>
    mail.want({ id: `o-${id}`, kind: 'line', subject: 's', to: '#a', body: null }, now),
  ),
  say('show', fc.tuple(digit, fc.integer({ min: 0, max: 1 })), async ({ outbox: mail }, [id, less]) => {
    const item = await mail.get(`o-${id}`);
    if (item !== null) await mail.shown(item.id, item.wanted - less, { channel: 'C', ts: `${less}` });
    return mail.get(`o-${id}`);
  }),
  say('put off', fc.tuple(digit, time), ({ outbox: mail }, [id, at]) => mail.later(`o-${id}`, at)),
  say('due mail', fc.tuple(time, limit), ({ outbox: mail }, [now, count]) => mail.due(now, count)),
);
