import { hasAddress } from '../core/address.ts';
import type { AppConfig } from '../core/app-schema.ts';
import type { Approval, ApprovalStep } from '../core/approval-model.ts';
import type { Config, DirectoryConfig } from '../core/config.ts';
import type { Capabilities, Rate, TargetAttribute } from '../core/connector.ts';
import { effectiveParameters } from '../core/desired.ts';
import { refused } from '../core/errors.ts';
import { wisher } from '../core/event.ts';
import { ownersDecide } from '../core/grant.ts';
import { digestOf } from '../core/hash.ts';
import { keyTargets } from '../core/loss.ts';
import type { Actor, Operation, Person, Time } from '../core/model.ts';
import type { PasswordSource } from '../core/password.ts';
import { passwordOf } from '../core/password-parameter.ts';
import { approvalSteps, circleAmong, circleFor, consentOf, stepsIn } from '../core/policy.ts';
import { worksHere } from '../core/standing.ts';
import { fold, textOf, valuesOf } from '../core/text.ts';
import type { Deps } from './ports.ts';

/** One app as plans see it: its own parameters with the connector's defaults beneath. */
export type AppWorld = {
  app: AppConfig;
  attributes: readonly TargetAttribute[];
  capabilities: Capabilities;
  rate: Rate | undefined;
  /** Targets that carry what people are known by. */
  keys: ReadonlySet<string>;
  /** How its Password parameter is filled. */
  password: PasswordSource;
};

/** The configuration of one plan, resolved once. */
export type World = {
  config: Config;
  /** Of the configuration; infinite for one that is only proposed. */
  edition: number;
  /** Whose change of the configuration not everybody follows yet: the requester of what is planned meanwhile. */
  changer: Actor | null;
  now: Time;
  apps: ReadonlyMap<string, AppWorld>;
  /** People who may decide about this person in this app; never the person, the inactive, nor whoever caused it. */
  circle(person: Person, app: AppConfig, requester: Actor | null): string[];
  /** In which steps an operation of this person is asked, and how risky it is. */
  asking(person: Person, app: AppConfig, operation: Operation): Asking;
  admins: readonly Person[];
  /** The app's owners who work here. */
  owners(app: AppConfig): Person[];
  /** Ids of the admins who may decide what the deletion threshold holds of this operation; likewise. */
  adminsFor(operation: Pick<Operation, 'person' | 'requester'>): string[];
  /** Folded e-mail addresses of people never removed unasked. */
  protectedPeople: ReadonlySet<string>;
  /** Makes the people whom these people's `manager` attribute names known as approvers, where an app asks managers. */
  learnManagers(people: readonly Person[]): Promise<void>;
};

export type Asking = { steps: readonly ApprovalStep[]; risk: Approval['risk'] };

/** @throws RollcallError `not-set-up` when there is no configuration yet. */
export async function loadWorld(deps: WorldDeps): Promise<World> {
  const stored = await deps.store.config.read();
  if (stored === null) {
    throw refused('not-set-up', 'Rollcall has no configuration yet', 'Import one: `rollcall config import FILE`.');
  }
  return {
    ...(await worldOf(deps, stored.config, stored.edition)),
    changer: stored.unfollowed ? wisher(stored.by) : null,
  };
}

type WorldDeps = Pick<Deps, 'store' | 'connections' | 'clock'> & {
  /** The Slack workspace, once known: Slack user ids in the configuration are looked up in it. */
  team?(): string | null;
};

/** The world a configuration makes, stored or only proposed. */
export async function worldOf(deps: WorldDeps, config: Config, edition = Number.POSITIVE_INFINITY): Promise<World> {
  deps.connections.use(config);
  const apps = new Map(config.apps.map((app) => [app.name, appWorld(deps, app, config)]));
  const staff = await peopleNamed(deps, config);
  const admins = config.settings.admins.flatMap((word) => staff.byWord(word));
  return {
    config,
    edition,
    changer: null,
    now: deps.clock.now(),
    apps,
    admins,
    owners: ({ owners }) => owners.flatMap((word) => staff.byWord(word)).filter(({ status }) => status === 'active'),
    protectedPeople: new Set(config.settings.protected.map(fold)),
    circle: (person, app, requester) => circleFor(person, app, config.settings, { ...staff, requester }).circle,
    asking(person, app, operation) {
      const { steps: own, risk } = consentOf(operation.kind, app, operation);
      const requested = operation.grants !== undefined && app.owners.length > 0;
      const steps = own ?? (requested ? [...ownersDecide] : undefined);
      const among = { ...staff, requester: operation.requester };
      return { steps: approvalSteps(steps, { person, app, settings: config.settings }, among), risk: risk ?? 'normal' };
    },
    adminsFor: (operation) => circleAmong(admins, operation),
    learnManagers: (people) => learnManagers(deps, config, staff.byEmail, people),
  };
}

function appWorld(deps: Pick<Deps, 'connections'>, app: AppConfig, { settings }: Config): AppWorld {
  const connector = deps.connections.connector(app.name);
  const parameters = effectiveParameters(app, connector);
  return {
    app: { ...app, parameters },
    keys: keyTargets({ parameters }, settings.keyAttributes),
    attributes: connector.attributes,
    capabilities: connector.capabilities,
    rate: connector.rate,
    password: passwordOf(app),
  };
}

/** Everybody the configuration names as approver, owner or admin, and everybody's managers are found by e-mail. */
async function peopleNamed(deps: Pick<WorldDeps, 'store' | 'team'>, config: Config) {
  const words = wordsIn(config);
  const emails = [...new Set(words.filter((word) => word.includes('@')).map(fold))];
  const people = [...(await knownBy(deps, emails)), ...(await pinnedTo(deps, words))];
  const byEmail = addressBook(people);
  const bySlack = new Map<string, Person>();
  for (const person of people) if (person.slack !== null) bySlack.set(person.slack.user, person);
  const byWord = (word: string): Person[] => {
    const person = byEmail.get(fold(word)) ?? bySlack.get(word.trim());
    return person === undefined ? [] : [person];
  };
  return { byEmail, bySlack, byWord };
}

/** Every word that names somebody who decides. */
export const wordsIn = ({ settings, apps }: Pick<Config, 'settings' | 'apps'>): string[] => [
  ...new Set([
    ...[...settings.admins, ...settings.approvers],
    ...apps.flatMap((app) => [...app.owners, ...stepsIn(app).flatMap(({ who, fallback }) => [...who, ...fallback])]),
  ]),
];

/** The admins of the present configuration who work here. */
export async function adminsOf(deps: Pick<WorldDeps, 'store' | 'team'>): Promise<Person[]> {
  const stored = await deps.store.config.read();
  const words = stored?.config.settings.admins ?? [];
  const emails = [...new Set(words.filter((word) => word.includes('@')).map(fold))];
  const found = [...(await knownBy(deps, emails)), ...(await pinnedTo(deps, words))];
  const unique = new Map(found.map((person) => [person.id, person]));
  return [...unique.values()].filter(({ status }) => status === 'active');
}

export async function pinnedTo(
  { store, team }: Pick<WorldDeps, 'store' | 'team'>,
  words: readonly string[],
): Promise<Person[]> {
  const id = team?.() ?? null;
  if (id === null) return [];
  const users = words.filter((word) => /^[UW][A-Z0-9]{5,}$/.test(word.trim()));
  const found = await Promise.all(users.map((user) => store.people.bySlack({ team: id, user: user.trim() })));
  return found.filter((person) => person !== null && person.twins.length === 0) as Person[];
}

async function learnManagers(
  deps: Pick<Deps, 'store'>,
  config: Config,
  byEmail: Map<string, Person>,
  people: readonly Person[],
): Promise<void> {
  if (!wordsIn(config).some((word) => fold(word) === 'manager')) return;
  const named = people.flatMap((person) => textOf(person.attributes, 'manager') ?? []).map(fold);
  const unknown = [...new Set(named)].filter((email) => !byEmail.has(email));
  for (const [email, manager] of addressBook(await knownBy(deps, unknown)))
    if (!byEmail.has(email)) byEmail.set(email, manager);
}

/** People by their folded addresses. One that was passed on is whose it is now, and not that of somebody who is gone. */
const addressBook = (people: readonly Person[]): Map<string, Person> =>
  new Map([...people].sort((a, b) => Number(worksHere(a)) - Number(worksHere(b))).flatMap(addressed));

const addressed = (person: Person): [email: string, person: Person][] =>
  valuesOf(person.attributes, 'email').map((email) => [fold(email), person]);

/**
 * Whoever goes by one of these folded addresses: not who had it before, nor who has it in a directory that another goes before. A
 * newcomer in doubt has nobody's powers, whatever their address.
 */
export async function knownBy({ store }: Pick<Deps, 'store'>, emails: readonly string[]): Promise<Person[]> {
  const wanted = new Set(emails);
  const found = await store.people.byKeys(emails.map((email) => `email=${email}`));
  return found.filter((one) => one.twins.length === 0 && addressed(one).some(([email]) => wanted.has(email)));
}

/** Who is written to at this folded address: whoever here goes by it; where nobody does, who has it in a directory still. */
export async function workingAt({ store }: Pick<Deps, 'store'>, email: string): Promise<Person[]> {
  const goingBy = (await knownBy({ store }, [email])).filter(worksHere);
  if (goingBy.length > 0) return goingBy;
  const found = (await store.people.byKeys([`email=${email}`])).filter(worksHere);
  return found.filter(({ records }) => records.some((held) => held.status !== 'left' && hasAddress(held, email)));
}

/** Digest of what a directory's read depends on beside the source itself. */
export const readUnder = (directory: DirectoryConfig, config: Config): string =>
  digestOf({ directory, order: config.directories.map(({ name, authoritative }) => ({ name, authoritative })) });
