import type { Person, Time } from '../../core/model.ts';
import { fold, textOf } from '../../core/text.ts';
import { isJoiner, type Welcome, welcomeOf } from '../../core/welcome.ts';
import type { OutboxItem } from '../mail-ports.ts';
import type { Deps } from '../ports.ts';
import type { Subscriber } from '../publisher.ts';
import { workingAt } from '../world.ts';

type WelcomeDeps = Pick<Deps, 'store' | 'clock'>;

/** Their welcome, and the id of the manager who hears of it until they are in Slack. */
export type WelcomeView = Welcome & { manager: string | null };

/** After the last new account somebody waits so long, so that eight apps are one message; milliseconds. */
const quiet = 2 * 60_000;
/** Messages of a large import are spread, so that cards never stand behind them. */
const apart = 500;
/** So long after it was posted the message still follows what comes; later it is history. */
const followed = 14 * 24 * 3_600_000;

/** The one welcome message of a person; `to` their manager until they are in Slack. */
export const welcomeItem = (person: string, to: string) => ({
  ...{ id: to === person ? `welcome:${person}` : `welcome:${person}:manager`, kind: 'welcome' as const },
  ...{ subject: person, to, body: null },
});

/** Hears of new accounts and asks for the welcome of whoever got one: once for each person, however often it hears. */
export function welcomeSubscriber(deps: WelcomeDeps): Subscriber {
  const { store, clock } = deps;
  let lastSlot: Time = 0;
  return async (events) => {
    const made = events.filter(({ type, kind }) => type === 'operation.succeed' && kind === 'create');
    const people = [...new Set(made.flatMap(({ person }) => person ?? []))];
    if (people.length === 0 || !(await isWanted(deps))) return;
    const logins = await store.logins.byPeople(people);
    const joiners = people.filter((person) => isJoiner(logins.filter((login) => login.person === person)));
    await Promise.all(
      joiners.map(async (person) => {
        const item = welcomeItem(person, person);
        if (!follows(await store.outbox.get(item.id), clock.now())) return;
        lastSlot = Math.max(clock.now() + quiet, lastSlot + apart);
        await store.outbox.want(item, lastSlot);
      }),
    );
  };
}

const isWanted = async ({ store }: WelcomeDeps): Promise<boolean> =>
  (await store.config.read())?.config.settings.welcome ?? false;

/** Slack names a message by the second it was posted in. */
const follows = (item: OutboxItem | null, now: Time): boolean =>
  item === null || (!wasTakenAway(item) && (!item.ts || now - Number(item.ts) * 1_000 < followed));

/** It stood there once, and does no more: they are not welcomed a second time. */
export const wasTakenAway = ({ channel, ts }: Pick<OutboxItem, 'channel' | 'ts'>): boolean =>
  Boolean(channel) && ts === '';

/** What the welcome of a person says now; null: nothing any more. */
export async function welcome({ store }: Pick<Deps, 'store'>, id: string): Promise<WelcomeView | null> {
  const [person, stored, logins] = await Promise.all([
    store.people.get(id),
    store.config.read(),
    store.logins.byPeople([id]),
  ]);
  if (person === null || stored === null) return null;
  const told = welcomeOf(person, logins, stored.config);
  return told === null ? null : { ...told, manager: await managerOf(store, person) };
}

async function managerOf(store: Deps['store'], person: Person): Promise<string | null> {
  const address = textOf(person.attributes, 'manager');
  const found = address === null ? [] : await workingAt({ store }, fold(address));
  return found.find(({ id }) => id !== person.id)?.id ?? null;
}
