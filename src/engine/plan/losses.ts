import type { Ask } from '../../core/asking.ts';
import { system } from '../../core/event.ts';
import { waive } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { isExplicitDisable, judge, type Loss, type Standing } from '../../core/loss.ts';
import type { Operation, Person } from '../../core/model.ts';
import { isRemoval } from '../../core/policy.ts';
import { goesByName } from '../../core/stop.ts';
import { milliseconds } from '../../core/time-schema.ts';
import type { Deps } from '../ports.ts';
import type { World } from '../world.ts';
import type { Collector, WriteLogins } from './collector.ts';
import { oneVersion } from './consider.ts';

const planner = system('planner');

/** Something one plan takes away; `act`: the app's own setting lets it go, or asks. */
export type PlannedLoss = Loss & { ask: Ask; act: 'go' | 'ask' };

export function lossOfAsk(ask: Ask, person: Person, act: 'go' | 'ask'): PlannedLoss {
  const { operation } = ask;
  return {
    ...{ ask, act, person: operation.person, app: operation.app },
    ...{ explicit: isExplicitDisable(operation), named: goesByName(person, operation) },
    gone: person.status !== 'active',
  };
}

export type Losing = {
  deps: Pick<Deps, 'store' | 'log'>;
  world: World;
  collector: Collector;
  write: WriteLogins;
  /** Nobody may decide about these people yet: they are planned again. */
  behind(person: string): void;
};

/**
 * The end of a plan: everything it takes away is counted together, with what was lost within the window, so that slow bleeding
 * is seen as well. What is past the limit is held whole and asked of the admins; the rest goes, or is asked as its app wants it.
 */
export async function decideLosses(losing: Losing, losses: readonly PlannedLoss[]): Promise<void> {
  if (losses.length === 0) return;
  const { world } = losing;
  const since = world.now - milliseconds(world.config.settings.deletionThreshold.window);
  const known = losses.map((loss) => ({ ...loss, ...countedSince(loss.ask.before, since) }));
  const standing = await standingOf(losing, losses, since);
  const { going, held } = judge(known, standing, world.config.settings.deletionThreshold);
  await letGo(losing, going);
  for (const { losses: some, text, urgent } of held) await holdForAdmins(losing, some, text, urgent);
}

/** What is lost now was lost in the window already: an account that is deleted after it was suspended. */
function countedSince(before: Login | null, since: number): Pick<Loss, 'counted'> {
  if (before === null || before.lostAt === null || before.lostAt < since) return {};
  return { counted: before.lostExplicit ? 'explicit' : 'other' };
}

async function standingOf({ deps, world }: Losing, losses: readonly PlannedLoss[], since: number): Promise<Standing> {
  const { people, logins } = deps.store;
  const apps: [string, Awaited<ReturnType<typeof logins.removals>>][] = [];
  for (const app of new Set(losses.map((loss) => loss.app))) apps.push([app, await logins.removals(app, since)]);
  const losers = await logins.losers([...world.apps.keys()], since);
  const explicit = losers.filter((loser) => loser.explicit);
  const ids = (some: typeof losers) => new Set(some.map(({ person }) => person));
  return {
    apps: new Map(apps),
    people: { active: await people.active(), removed: ids(losers), explicit: ids(explicit) },
  };
}

/** Asked where the app's own setting or a protection says so; everything else goes. */
async function letGo({ world, collector, write }: Losing, losses: readonly PlannedLoss[]): Promise<void> {
  const asks = (loss: PlannedLoss) => loss.act === 'ask';
  await collector.ask(losses.filter(asks).map(({ ask }) => ask));
  const going = losses.filter((loss) => !asks(loss)).map(({ ask }) => ask);
  await write(
    going.map(({ before, login, operation }) => ({
      before,
      login: oneVersion(before, lost(login, operation, world.now)),
    })),
  );
}

/** Goes unasked, and counts from now on: an update that takes away as much as a removal. */
function lost(login: Login, operation: Operation, at: number): Login {
  const going = waive(login, planner, at);
  return isRemoval(operation) ? going : { ...going, lostAt: at, lostExplicit: false };
}

/** One card to all admins; what concerns an admin, or was caused by one, to all others. */
async function holdForAdmins(losing: Losing, losses: readonly PlannedLoss[], text: string, urgent: boolean) {
  const { deps, world, collector } = losing;
  const cards = new Map<string, Ask[]>();
  for (const { ask } of losses) {
    const circle = world.adminsFor(ask.operation);
    if (circle.length === 0) losing.behind(ask.operation.person);
    else {
      const quorum = Math.min(world.config.settings.quorum, circle.length);
      const steps = [{ who: [], circle, fallback: [], quorum, fellBack: false }];
      cards.set(circle.join(), [...(cards.get(circle.join()) ?? []), { ...ask, steps, risk: 'normal', urgent }]);
    }
  }
  if (losses.some(({ ask }) => world.adminsFor(ask.operation).length === 0))
    deps.log.warn({ text }, 'held, and no admin may decide about it: name another one in settings.admins');
  for (const asks of cards.values()) await collector.holdWhole(asks, text);
}
