import type { Config } from '../../core/config.ts';
import { refused } from '../../core/errors.ts';
import type { JoinContext } from '../../core/join.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { worksHere } from '../../core/standing.ts';
import { fold } from '../../core/text.ts';
import { apart, emptied, joinedWith } from '../../core/twin.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps, TwinView } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import type { Deps } from '../ports.ts';
import { knownBy, loadWorld } from '../world.ts';

/** Newcomers who may be somebody we know under another id, with whom. */
export async function twins({ store }: Pick<Deps, 'store'>, limit: number): Promise<TwinView[]> {
  const undecided = await store.people.undecided(limit);
  const known = new Map((await store.people.many(undecided.flatMap((one) => one.twins))).map((one) => [one.id, one]));
  return undecided.map((newcomer) => ({
    newcomer: newcomer.id,
    newcomerName: nameOf(newcomer),
    records: newcomer.records.map(({ directory, externalId }) => `${externalId} in ${directory}`),
    people: newcomer.twins.map((id) => {
      const person = known.get(id);
      return { person: id, personName: person === undefined ? id : nameOf(person) };
    }),
  }));
}

/**
 * An admin says who the newcomer is: one of their twins, who takes the records in, or (`person` null) nobody we knew.
 * @throws RollcallError `unknown-person`, `not-ambiguous`, `not-a-twin`.
 */
export async function sameAs(
  deps: GovernanceDeps,
  id: string,
  person: string | null,
  actor: Actor,
): Promise<{ text: string }> {
  const newcomer = await personNamed(deps, id);
  if (newcomer.twins.length === 0)
    throw refused('not-ambiguous', `${nameOf(newcomer)} is in doubt with nobody`, 'See `rollcall twins` for who is.');
  const { directories } = (await loadWorld(deps)).config;
  const context = { directories, at: deps.clock.now(), actor };
  const text =
    person === null
      ? await separate(deps, newcomer, context)
      : await unite(deps, newcomer, await twinOf(deps, newcomer, person), context);
  for (const waiting of ['publisher', 'reconcile'] as const) deps.bell.ring(waiting);
  return { text };
}

async function twinOf(deps: GovernanceDeps, newcomer: Person, id: string): Promise<Person> {
  const person = await personNamed(deps, id);
  if (newcomer.twins.includes(id)) return person;
  const names = (await deps.store.people.many(newcomer.twins)).map((one) => `${nameOf(one)} (${one.id})`);
  throw refused(
    'not-a-twin',
    `${nameOf(person)} is not whom ${nameOf(newcomer)} may be`,
    `It may be ${names.join(' or ')}.`,
  );
}

const already = (newcomer: Person): string => `Somebody has said already who ${nameOf(newcomer)} is.`;

async function separate(deps: GovernanceDeps, newcomer: Person, context: JoinContext): Promise<string> {
  const written = await changeNewest(deps.store.people, newcomer, (newest) =>
    newest.twins.length === 0 ? null : apart(newest, context),
  );
  if (written === null) return already(newcomer);
  return `${nameOf(newcomer)} is somebody new, and is planned now like everybody.`;
}

/**
 * First the newcomer gives the records up, as one record belongs to one person; then the other takes them in. Should the process
 * die between, the next read finds the record new again, and asks again: so the directories are read whole.
 */
async function unite(deps: GovernanceDeps, newcomer: Person, person: Person, context: JoinContext): Promise<string> {
  for (const { directory } of newcomer.records) await readAnew(deps, directory);
  let given = newcomer;
  const left = await changeNewest(deps.store.people, newcomer, (newest) => {
    given = newest;
    return newest.twins.length === 0 ? null : emptied(newest, person.id, context);
  });
  if (left === null) return already(newcomer);
  await changeNewest(deps.store.people, person, (newest) => joinedWith(newest, given, context));
  await handOn(deps, newcomer.id, person.id);
  return `${nameOf(given)} and ${nameOf(person)} are one: the records were joined.`;
}

async function readAnew({ store }: GovernanceDeps, directory: string): Promise<void> {
  const state = await store.directories.get(directory);
  if (state !== null) await store.directories.put({ ...state, fingerprint: null, cursor: null });
}

/** Whoever was in doubt with the newcomer is so with the one the newcomer is. */
async function handOn(deps: GovernanceDeps, from: string, to: string): Promise<void> {
  for (const waiting of await deps.store.people.undecided(1_000)) {
    if (!waiting.twins.includes(from)) continue;
    await changeNewest(deps.store.people, waiting, (newest) =>
      newest.twins.includes(from)
        ? {
            ...newest,
            version: newest.version + 1,
            twins: [...new Set(newest.twins.map((id) => (id === from ? to : id)))],
          }
        : null,
    );
  }
}

/** Tells every admin of newcomers in doubt. Ids say which; once for each read. */
export async function askWhoTheyAre(deps: Pick<Deps, 'store' | 'clock'>, config: Config, ids: readonly string[]) {
  if (ids.length === 0) return;
  const { outbox } = deps.store;
  const views = (await twins(deps, 1_000)).filter(({ newcomer }) => ids.includes(newcomer));
  const admins = await knownBy(deps, config.settings.admins.filter((word) => word.includes('@')).map(fold));
  for (const { id: to } of admins.filter(worksHere)) {
    const item = { id: `twins:${ids[0]}:${to}`, kind: 'notice' as const, subject: 'twins', to, body: notice(views) };
    await outbox.want(item, deps.clock.now());
  }
}

const shown = 10;

function notice(views: readonly TwinView[]): string {
  const lines = views.slice(0, shown).map(({ newcomer, newcomerName, people }) => {
    const maybe = people.map((one) => `${one.personName} (${one.person})`).join(' or ');
    return `${newcomerName} (${newcomer}) may be ${maybe}.`;
  });
  const more = views.length > shown ? [`… and ${views.length - shown} more.`] : [];
  return [
    'New records may be people we know under another id. They get no account until you say so or not:',
    ...[...lines, ...more],
    '`/provision twins` lists them, with a button for each answer.',
  ].join('\n');
}
