import type { Step } from './app-schema.ts';
import type { Config } from './config.ts';
import { dayEnd } from './date.ts';
import type { Login } from './login-model.ts';
import { mappedOf } from './mapping.ts';
import type { Grant, Person, Reason, RollcallEvent, Time } from './model.ts';
import { rolesOf } from './role.ts';
import { zoneOf } from './stay.ts';
import { listOf } from './text.ts';

type Subject = Pick<Person, 'attributes' | 'grants'>;
type Consents = Pick<Login, 'account' | 'consents'> | null;

/** How many grants are remembered of a person; those that count are never dropped. */
export const grantsKept = 50;

/** The apps a grant reaches: its own, or those its role has now. */
export function appsOfGrant({ app, role }: Pick<Grant, 'app' | 'role'>, config: Pick<Config, 'roles'>): string[] {
  const ofRole = config.roles.find(({ name }) => name === role)?.apps ?? [];
  return [...new Set([...listOf(app ?? undefined).map(String), ...ofRole])];
}

const endOfGrant = (person: Subject, { until }: Grant, config: Config): Time | null =>
  until === null ? null : dayEnd(until, zoneOf(mappedOf(person, config).attributes, config.settings));

/** Not taken back, and its last day is not over, in the person's time zone. */
export function isRunning(person: Subject, grant: Grant, config: Config, now: Time): boolean {
  if (grant.endedAt !== null) return false;
  const end = endOfGrant(person, grant, config);
  return end === null || end > now;
}

/** When access the person asked for ends, past or to come. */
export const grantEnds = (person: Subject, config: Config): Time[] =>
  (person.grants ?? []).flatMap((grant) => (grant.endedAt === null ? (endOfGrant(person, grant, config) ?? []) : []));

/** Access to the app the person asked for that counts now: `given` by consent, or `asked` and undecided. */
export type Granted = { given: readonly Grant[]; asked: readonly Grant[] };

/**
 * What a person asked for of an app. What nobody has consented to yet counts only to ask for an account: it never keeps one that is
 * active for another reason, so that nobody stays in an app by asking for it.
 */
export function grantedIn(person: Subject, app: string, login: Consents, config: Config, now: Time): Granted {
  const running = (person.grants ?? []).filter(
    (grant) => isRunning(person, grant, config, now) && appsOfGrant(grant, config).includes(app),
  );
  const said = (grant: Grant) => login?.consents?.[grant.id];
  return {
    given: running.filter((grant) => said(grant) === 'given'),
    asked: login?.account === 'active' ? [] : running.filter((grant) => said(grant) === undefined),
  };
}

/** The grants that alone make the wish for an account in the app, and that nobody has consented to: they are asked. */
export function undecidedCauses(
  person: Subject,
  app: string,
  login: Consents,
  config: Config,
  now: Time,
): readonly Grant[] {
  const { given, asked } = grantedIn(person, app, login, config, now);
  const inRole = rolesOf(person, config, now).some(({ role }) => role.apps.includes(app));
  return inRole || given.length > 0 ? [] : asked;
}

/** What somebody asked for, the app's owners decide, where it has some and no steps of its own. */
export const ownersDecide: readonly Step[] = [{ who: ['owners'], fallback: [] }];

/** The apps any running grant reaches. */
export const grantedApps = (person: Subject, config: Config, now: Time): string[] =>
  (person.grants ?? [])
    .filter((grant) => isRunning(person, grant, config, now))
    .flatMap((grant) => appsOfGrant(grant, config));

/** `Zoë asked for it until 2026-12-31: covers for Lena`. */
export function grantReason({ by, role, app, until, why }: Grant): Reason {
  const what = role === null ? 'it' : `the role ${role}`;
  const time = until === null ? '' : ` until ${until}`;
  return { kind: 'member', name: role ?? app ?? '', because: `${by.name} asked for ${what}${time}: ${why}` };
}

/** What a decision on an operation says of the grants that caused it. */
export function consentsAfter(
  login: Pick<Login, 'consents' | 'operation'>,
  decision: 'approve' | 'reject' | 'expire',
): Pick<Login, 'consents'> {
  const { grants = [] } = login.operation ?? {};
  if (grants.length === 0) return {};
  const said = decision === 'approve' ? ('given' as const) : ('refused' as const);
  return { consents: { ...login.consents, ...Object.fromEntries(grants.map((id) => [id, said])) } };
}

/** The person with their grants changed, to be planned anew, and the event that says so. */
export function withGrants(person: Person, grants: readonly Grant[], event: RollcallEvent): Person {
  const over = grants.length - grantsKept;
  const kept = over <= 0 ? grants : grants.filter(({ endedAt }, at) => endedAt === null || at >= over);
  return {
    ...person,
    ...{ version: person.version + 1, revision: person.revision + 1, dirty: true, grants: kept },
    outbox: [...person.outbox, event],
  };
}

/** What became of a grant in one app, in a word. */
export type GrantWord = 'waiting' | 'given' | 'refused' | 'over' | 'ended';

/** `over`: its last day has passed; `ended`: withdrawn or taken back. */
export function grantWord(person: Subject, grant: Grant, login: Consents, config: Config, now: Time): GrantWord {
  const said = login?.consents?.[grant.id];
  if (said === 'refused') return 'refused';
  if (grant.endedAt !== null) return 'ended';
  if (!isRunning(person, grant, config, now)) return 'over';
  return said ?? 'waiting';
}
