import type { AppConfig } from './app-schema.ts';
import type { Config, Mapping, Role } from './config.ts';
import type { TargetAttribute } from './connector.ts';
import { rolesOf, wishFor } from './desired.ts';
import { grantedIn } from './grant.ts';
import { canonical } from './hash.ts';
import type { Login } from './login-model.ts';
import { mappedOf } from './mapping.ts';
import type { Actor, Attributes, Person, Reason, Time, Wish } from './model.ts';
import { nameOf } from './name.ts';
import { isOpen } from './operation.ts';
import { passwordOf, passwordReason, passwordTarget } from './password-parameter.ts';
import { pinnedWish } from './pin.ts';
import { type Shortfall, shortfallOf } from './shortfall.ts';
import { bySignOnState } from './sign-on-closing.ts';
import { closedText, signOnText } from './sign-on-login.ts';
import { wordOf } from './status.ts';
import { byText, listOf, valuesOf } from './text.ts';

/** Everything an explanation rests on. */
export type Subject = {
  person: Person;
  /** With its effective parameters. */
  app: AppConfig;
  attributes: readonly TargetAttribute[];
  config: Config;
  login: Login | null;
  /** The wish that holds now, pins and the steps of leaving included. */
  wish: Wish;
  now: Time;
  /** Pauses of the person or the app that hold now. */
  pauses: readonly { until: Time | null; reason: string | null; by: Actor }[];
  /** What was said with the last rejection. */
  rejection: string | null;
  /** Accounts are made by signing on; `app` is as a sign-on sees it, and `wish` what one would say. */
  bySignOn?: boolean;
};

/** A value of the app and where it comes from; `''` where there is none, with why not. */
export type ExplainedTarget = { target: string; value: string; chain: readonly Reason[] };

/** What keeps somebody out of a role: one condition of the mapping that is nearest to holding. */
export type NearMiss = { role: string; mapping: string; condition: string; has: string; wants: string };

export type Explained = {
  word: string;
  text: string;
  wished: Wish['state'];
  chain: readonly Reason[];
  targets: readonly ExplainedTarget[];
  near: readonly NearMiss[];
};

/** Why the account is what it is, or is not: pure, and in the words of the configuration. */
export function explanationOf(subject: Subject): Explained {
  const { login, wish } = subject;
  const near = wish.state === 'active' ? [] : nearMisses(subject);
  return {
    word: login === null ? 'no account' : wordOf(login),
    text: textOf(subject, near),
    wished: wish.state,
    chain: wish.reasons.filter(({ target }) => target === undefined),
    targets: [...targetsOf(subject), ...passwordTargetOf(subject)],
    near,
  };
}

const hasAccount = (login: Login | null): boolean =>
  login !== null && (login.account === 'active' || login.account === 'suspended');

function computed({ person, config, attributes, login, now }: Subject, app: AppConfig): Wish {
  const previous = login?.wish ?? null;
  const granted = grantedIn(person, app.name, login, config, now);
  return wishFor(person, app, { config, attributes, now, hasAccount: hasAccount(login), previous, granted });
}

/** The pin, while it is what holds: it does not while the person leaves. */
function pinOf(subject: Subject): Login['pin'] {
  const pin = subject.login?.pin ?? null;
  return pin !== null && pinnedWish(computed(subject, subject.app), subject.login) === pin.wish ? pin : null;
}

const day = (time: Time): string => new Date(time).toISOString().slice(0, 10);

/** The Password parameter, which is in no wish. */
function passwordTargetOf({ app, config, wish }: Subject): ExplainedTarget[] {
  const written = config.apps.find(({ name }) => name === app.name);
  const source = written === undefined ? 'none' : passwordOf(written);
  if (source === 'none' || wish.state !== 'active') return [];
  const { value, reason } = passwordReason(source, titleOf(app));
  return [{ target: passwordTarget, value, chain: [reason] }];
}

/** Each value wished, with the parameters and rules that by themselves would give just this value; then what has no value. */
function targetsOf(subject: Subject): ExplainedTarget[] {
  const { wish } = subject;
  const solos = pinOf(subject) === null ? soloWishes(subject) : [];
  const about = (target: string) => wish.reasons.filter((reason) => reason.target === target);
  const explained = valuesWished(wish).map(([target, value]) => {
    const giving = solos.filter((solo) => valuesWished(solo).some(([t, v]) => t === target && v === value));
    const chain = giving.flatMap((solo) => solo.reasons.filter((reason) => reason.target === target));
    return { target, value, chain: chain.length > 0 ? unique(chain) : about(target) };
  });
  const told = new Set(explained.map(({ target }) => target));
  const empty = [...new Set(wish.reasons.flatMap(({ target }) => target ?? []))].filter((target) => !told.has(target));
  return [...explained, ...empty.map((target) => ({ target, value: '', chain: about(target) }))];
}

function valuesWished({ attributes, first, entitlements }: Wish): [target: string, value: string][] {
  const plain = Object.entries({ ...first, ...attributes }).map(([target, value]): [string, string] => [
    target,
    listOf(value).map(String).join(', '),
  ]);
  const granted = Object.entries(entitlements).flatMap(([target, values]) =>
    values.map((value): [string, string] => [target, value]),
  );
  return [...plain.filter(([, value]) => value !== ''), ...granted];
}

/** The wish each parameter and each rule would make alone: so it is seen which of them gives what. */
function soloWishes(subject: Subject): Wish[] {
  const { app } = subject;
  return [
    ...app.parameters.map((parameter) => computed(subject, { ...app, parameters: [parameter], rules: [] })),
    ...app.rules.map((rule) => computed(subject, { ...app, parameters: [], rules: [rule] })),
  ];
}

const unique = (reasons: readonly Reason[]): Reason[] => [
  ...new Map(reasons.map((reason) => [canonical(reason), reason])).values(),
];

/** For each role that has the app, while the person is in none of them: what is missing. */
function nearMisses({ person, app, config, now }: Subject): NearMiss[] {
  const having = config.roles.filter((role) => role.apps.includes(app.name));
  const present = new Set(rolesOf(person, config, now).map(({ role }) => role.name));
  if (having.some((role) => present.has(role.name))) return [];
  return [...having].sort((a, b) => byText(a.name, b.name)).flatMap((role) => nearMiss(role, person, config));
}

function nearMiss(role: Role, person: Person, config: Config): NearMiss[] {
  const ways = config.mappings.flatMap((mapping, place) =>
    mapping.roles.includes(role.name)
      ? [{ mapping, lacking: shortfallOf(mapping, seenBy(place, person, config)) }]
      : [],
  );
  const [first, ...rest] = ways;
  if (first === undefined) return [byHandOnly(role, person.attributes)];
  const nearest = rest.reduce((least, way) => (way.lacking.length < least.lacking.length ? way : least), first);
  return nearest.lacking.map((lacking) => missOf(role, nearest.mapping, lacking));
}

/** The attributes as the mapping at this place sees them: the earlier ones may have set some. */
const seenBy = (place: number, { attributes }: Person, config: Config): Attributes =>
  mappedOf({ attributes }, { ...config, mappings: config.mappings.slice(0, place) }).attributes;

const missOf = (role: Role, mapping: Mapping, { words, has, wants }: Shortfall): NearMiss => ({
  ...{ role: role.name, mapping: mapping.name, condition: words, has, wants },
});

/** No mapping gives the role, so that only a member by hand is in it. */
const byHandOnly = (role: Role, attributes: Attributes): NearMiss => ({
  ...{ role: role.name, mapping: '', condition: `member of ${role.name} by hand`, has: 'not a member' },
  wants: `${listOf(valuesOf(attributes, 'email')[0])[0] ?? 'the e-mail address'} as a member`,
});

function textOf(subject: Subject, near: readonly NearMiss[]): string {
  const sentence = undecided(subject) ?? wished(subject, near);
  const paused = subject.pauses.map(({ until, reason, by }) => {
    const end = until === null ? 'until somebody resumes them' : `until ${day(until)}`;
    return `; ${by.name} paused changes other than leaving ${end}${reason === null ? '' : ` (${reason})`}`;
  });
  return `${sentence}${waiting(subject.login)}${paused.join('')}.`;
}

function waiting(login: Login | null): string {
  if (login?.operation == null || login.disassociated) return '';
  const { state, kind, changedAt } = login.operation;
  if (state === 'awaiting') return `; the ${kind} waits for approval since ${day(changedAt)}`;
  return state === 'handed' ? `; the ${kind} is a task for whoever keeps the app since ${day(changedAt)}` : '';
}

/** What keeps the wish from being followed: a decision, or an obstacle. Null: nothing does. */
function undecided({ person, app, login, rejection }: Subject): string | null {
  if (login === null) return null;
  const account = `${nameOf(person)}’s account in ${titleOf(app)}`;
  if (login.disassociated) return `${account} was unlinked by hand and is left alone until it is rematched`;
  const { operation } = login;
  if (operation === null) return null;
  const { trouble, state, kind } = operation;
  if (isOpen(operation) && trouble !== null && (state === 'held' || state === 'failed'))
    return `${account}: the ${kind} ${state === 'held' ? 'is held' : 'failed'}: ${trouble.message}. ${unended(trouble.remedy)}`;
  if (wordOf(login) !== 'rejected') return null;
  const by = operation.decidedBy.at(-1)?.name ?? 'somebody';
  const said = rejection === null || rejection === '' ? '' : ` (${rejection})`;
  return `${account}: ${by} rejected the ${kind} on ${day(operation.changedAt)}${said}; it is not asked again until the wish changes`;
}

const titleOf = (app: AppConfig): string => app.title ?? app.name;
const unended = (sentence: string): string => sentence.replace(/\.$/, '');

function wished(subject: Subject, near: readonly NearMiss[]): string {
  const { person, app, login, wish } = subject;
  const [name, title] = [nameOf(person), titleOf(app)];
  const why = whyOf(subject, near);
  if (subject.bySignOn === true) return signedOn(subject, why);
  if (wish.state === 'active')
    return `${name} ${hasAccount(login) ? 'has' : 'is to have'} an account in ${title} ${why}`;
  if (wish.state === 'kept') return `${name}’s account in ${title} is left as it is ${why}`;
  if (wish.state === 'none' || !hasAccount(login)) return `${name} has no account in ${title} ${why}`;
  const suspended = login?.account === 'suspended';
  if (wish.state === 'deleted' && suspended)
    return `${name}’s account in ${title} is suspended and is to be deleted ${why}`;
  const done = suspended && wish.state === 'suspended' ? 'is' : 'is to be';
  const then = wish.beforeDeletion === true ? ' first, and deleted after that,' : '';
  return `${name}’s account in ${title} ${done} ${wish.state}${then} ${why}`;
}

/** Who may sign on, and what became of the account that is not kept in sync. */
function signedOn({ person, app, login, wish }: Subject, why: string): string {
  const [name, title] = [nameOf(person), titleOf(app)];
  const closed = login !== null && bySignOnState(login) === 'closed' ? closedText(login) : null;
  const made = login === null || closed !== null ? null : signOnText(login);
  if (wish.state === 'active') {
    const account = made === null ? 'the first sign-on makes the account' : unended(made);
    const text = closed === null ? account : `the next sign-on makes a new account: ${closed}`;
    return `${name} may sign on to ${title} ${why}. ${sentenceCase(text)}`;
  }
  if (closed !== null) return `${name} may not sign on to ${title} ${why}; ${closed}`;
  const left = made === null ? '' : '; the account that sign-on made is there until somebody closes it';
  return `${name} may not sign on to ${title} ${why}${left}`;
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The shortest why: who decided, else the first role, else what is missing, else what the directory says. */
function whyOf(subject: Subject, near: readonly NearMiss[]): string {
  const { wish } = subject;
  const pin = pinOf(subject);
  if (pin !== null) return `because ${pin.by.name} decided so on ${day(pin.at)}, until that is released`;
  const role = wish.reasons.findIndex(({ kind }) => kind === 'role');
  if (wish.state === 'active' && role > 0) return roleWords(wish.reasons, role);
  const [nearest] = near;
  if (wish.cause === 'role-loss' && nearest !== undefined) return nearWords(nearest);
  return `because ${wish.reasons.filter(({ target }) => target === undefined).at(-1)?.because ?? 'nothing wishes one'}`;
}

function roleWords(reasons: readonly Reason[], role: number): string {
  const [link, { name = '' } = {}] = [reasons[role - 1], reasons[role]];
  const given = link?.kind === 'mapping' ? `${link.because} (mapping ${link.name})` : (link?.because ?? '');
  return `through the role ${name}: ${given}`;
}

const nearWords = ({ role, mapping, condition, has, wants }: NearMiss): string =>
  mapping === ''
    ? `because no mapping gives the role ${role}, which has it, and nobody put them in by hand`
    : `because no role gives one; the nearest is ${role}, by ${mapping}, if ${condition}: there is ${has} instead of ${wants}`;
