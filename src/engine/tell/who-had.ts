import { refused } from '../../core/errors.ts';
import { emptyLedger, follow, type Held, type Ledger } from '../../core/holding.ts';
import type { Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { byText, sortedUnique } from '../../core/text.ts';
import { createVoters, type VotersOf } from '../approve/voters.ts';
import type { AccessRow, GovernanceDeps, Holding } from '../governance.ts';

type WhoHadDeps = Pick<GovernanceDeps, 'store'>;
const page = 1_000;

/**
 * Who had an account in the app at a moment, by name: from the events alone, so that it holds whatever has been changed since.
 * @throws RollcallError `unknown-app` when neither the events nor the configuration know it.
 */
export async function whoHad(deps: WhoHadDeps, app: string, at: Time): Promise<Holding[]> {
  const rows: Holding[] = [];
  for await (const { account: _account, word: _word, changedAt: _changedAt, ...row } of rowsOf(deps, app, at))
    rows.push(row);
  if (rows.length === 0) await mustBeKnown(deps, app);
  return rows.sort((a, b) => byText(a.personName, b.personName) || byText(a.person, b.person));
}

/** Everybody who has an account now, app by app, as an access review wants it; a page of people at a time. */
export async function* accessReview(deps: WhoHadDeps, app: string | null): AsyncGenerator<AccessRow> {
  if (app !== null) await mustBeKnown(deps, app);
  const partitions = await deps.store.events.partitions();
  const apps = app === null ? sortedUnique(partitions.flatMap((partition) => appOf(partition) ?? [])) : [app];
  for (const name of apps) yield* rowsOf(deps, name, Number.POSITIVE_INFINITY);
}

/** The app whose logins write to the partition; null for the company's. */
function appOf(partition: string): string | null {
  const colon = partition.lastIndexOf(':');
  return colon === -1 ? null : partition.slice(0, colon);
}

async function mustBeKnown({ store }: WhoHadDeps, app: string): Promise<void> {
  const partitions = await store.events.partitions();
  if (partitions.some((partition) => appOf(partition) === app)) return;
  const names = ((await store.config.read())?.config.apps ?? []).map(({ name }) => name);
  if (names.includes(app)) return;
  throw refused('unknown-app', `there is no app ${app}`, `The apps are ${names.join(', ') || 'none yet'}.`);
}

async function* rowsOf(deps: WhoHadDeps, app: string, at: Time): AsyncGenerator<AccessRow> {
  const ledgers = await ledgersOf(deps, app, at);
  const holders = [...ledgers].flatMap(([person, { held, word }]) => (held === null ? [] : [{ person, held, word }]));
  const votersOf = createVoters(deps);
  for (let from = 0; from < holders.length; from += page) {
    const some = holders.slice(from, from + page);
    const people = await deps.store.people.many(some.map(({ person }) => person));
    const names = new Map(people.map((person) => [person.id, nameOf(person)]));
    for (const { person, held, word } of some) {
      const who = { person, personName: names.get(person) ?? person, app };
      yield {
        ...who,
        ...(await told(held, votersOf)),
        account: held.state,
        word: word ?? held.state,
        changedAt: held.changedAt,
      };
    }
  }
}

/** Partition by partition, each in its order, so that only what each person has is held and never the events. */
async function ledgersOf({ store }: WhoHadDeps, app: string, at: Time): Promise<Map<string, Ledger>> {
  const ledgers = new Map<string, Ledger>();
  for (const partition of await store.events.partitions()) {
    if (appOf(partition) !== app) continue;
    let after = 0;
    for (;;) {
      const events = await store.events.chain(partition, after, page);
      const last = events.at(-1);
      if (last === undefined) break;
      after = last.sequence;
      for (const event of events) {
        if (event.person === null || event.at > at) continue;
        ledgers.set(event.person, follow(ledgers.get(event.person) ?? emptyLedger, event));
      }
    }
  }
  return ledgers;
}

async function told(
  held: Held,
  votersOf: VotersOf,
): Promise<Pick<Holding, 'state' | 'since' | 'entitlements' | 'approvedBy' | 'reason'>> {
  const { state, since, entitlements, unlinkedAt } = held;
  const reason =
    unlinkedAt === null
      ? held.reason
      : `unlinked by hand on ${new Date(unlinkedAt).toISOString().slice(0, 10)} and not managed since; before: ${held.reason}`;
  const approvedBy: string[] = [];
  for (const consent of held.consents) approvedBy.push(...(await votersOf(consent)));
  return { state, since, entitlements, approvedBy: [...new Set(approvedBy)], reason };
}
