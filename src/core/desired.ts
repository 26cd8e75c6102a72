import type { AppConfig, Config } from './config.ts';
import type { TargetAttribute } from './connector.ts';
import { startOf } from './date.ts';
import { canonical } from './hash.ts';
import { statusReason } from './join.ts';
import { leavingOf, stateAfter } from './leaving.ts';
import type { Attributes, Cause, Person, Reason, Time, Value, Wish } from './model.ts';
import { type Contribution, contributionOf, ruleContributions } from './parameter.ts';
import { rolesOf } from './role.ts';
import { listOf, sortedUnique } from './text.ts';

export { effectiveParameters } from './parameter.ts';
export { rolesOf } from './role.ts';

export type WishContext = {
  config: Config;
  /** What the connector declares; nothing else is ever wished. */
  attributes: readonly TargetAttribute[];
  now: Time;
  hasAccount: boolean;
  /** The wish before this one: a value it named and that is no longer there is emptied in the app. */
  previous?: Wish | null;
};

/**
 * What the person's account in the app should be, and why. `app.parameters` are the effective ones. An attribute wished as an
 * empty list was given by us once and shall be emptied; one that is not named stays as it is in the app.
 */
export function wishFor(person: Person, app: AppConfig, context: WishContext): Wish {
  const { config, now, hasAccount } = context;
  if (!app.provisioning.enabled) return bare('kept', 'role', [notEnabled(app)]);
  const leaving = leavingOf(person, app, config, now);
  if (leaving !== null) return bare(hasAccount ? leaving.state : 'none', leaving.cause, [leaving.reason]);
  if ((startOf(person.attributes) ?? now) > now) return bare('none', 'not-started', [notStarted(person)]);
  const roles = rolesOf(person, config).filter(({ role }) => role.apps.includes(app.name));
  const status = statusReason(person, config.directories);
  if (roles.length > 0) return activeWish(person, app, context, [status, ...roleReasons(roles, app)]);
  const state = hasAccount ? stateAfter[app.provisioning.onRoleLoss] : 'none';
  return bare(state, 'role-loss', [status, ...missingRoles(app, config)]);
}

const bare = (state: Wish['state'], cause: Cause, reasons: readonly Reason[]): Wish => ({
  state,
  cause,
  attributes: {},
  entitlements: {},
  reasons,
});

const notEnabled = (app: AppConfig): Reason => ({
  kind: 'status',
  name: app.name,
  because: 'provisioning is not enabled for this app',
});
const notStarted = (person: Person): Reason => ({
  kind: 'status',
  name: 'startDate',
  because: `the start date ${String(person.attributes.startDate)} is still to come`,
});

const roleReasons = (roles: ReturnType<typeof rolesOf>, app: AppConfig): Reason[] =>
  roles.flatMap(({ role, reasons }) => [
    ...reasons,
    { kind: 'role', name: role.name, because: `${role.name} has ${app.name}` } as const,
  ]);

/** Why not: each role that has the app, or that none has. */
function missingRoles(app: AppConfig, config: Config): Reason[] {
  const names = config.roles.filter((role) => role.apps.includes(app.name)).map((role) => role.name);
  if (names.length === 0) return [{ kind: 'role', name: app.name, because: `no role has ${app.name}` }];
  return sortedUnique(names).map((name) => ({
    kind: 'role',
    name,
    because: `not in ${name}: no mapping to it holds and not a member by hand`,
  }));
}

function activeWish(person: Person, app: AppConfig, context: WishContext, why: readonly Reason[]): Wish {
  const declared = new Map(context.attributes.map((attribute) => [attribute.name, attribute]));
  const parts = [
    ...app.parameters.flatMap((parameter) => {
      const attribute = declared.get(parameter.target);
      return attribute === undefined ? [] : [contributionOf(parameter, attribute, person.attributes)];
    }),
    ...ruleContributions(app, declared, person.attributes),
  ];
  const plain = context.attributes.filter((attribute) => attribute.kind === 'value').map(({ name }) => name);
  const granting = context.attributes.filter((attribute) => attribute.kind === 'entitlement').map(({ name }) => name);
  const wanted = app.provisioning.entitlements ? granting : [];
  return {
    state: 'active',
    cause: 'role',
    attributes: valuesFrom(plain, parts, givenBefore(app, context.previous ?? null)),
    entitlements: Object.fromEntries(wanted.map((target) => [target, entitled(target, parts)])),
    reasons: [...why, ...targetReasons([...plain, ...wanted], parts)],
  };
}

/** The last word on each plain attribute: rules after parameters, later ones after earlier ones. */
function valuesFrom(targets: readonly string[], parts: readonly Contribution[], given: Attributes): Attributes {
  const values: [string, Value | readonly Value[]][] = [];
  for (const target of targets) {
    const about = parts.filter((part) => part.target === target);
    const [value] = about.findLast((part) => part.values.length > 0)?.values ?? [];
    const before = given[target];
    if (value !== undefined) values.push([target, value]);
    else if (before !== undefined) values.push([target, about.some((part) => part.unusable) ? before : []]);
  }
  return Object.fromEntries(values);
}

/** What the previous wish named, as far as the app is still told about it: a target no parameter or rule names is let go. */
function givenBefore(app: AppConfig, previous: Wish | null): Attributes {
  const rules = app.rules.flatMap((rule) => rule.actions);
  const told = new Set([...app.parameters, ...rules].map(({ target }) => target));
  return Object.fromEntries(Object.entries(previous?.attributes ?? {}).filter(([name]) => told.has(name)));
}

/** All values of an entitlement; a `set` of a rule replaces what came before it. */
function entitled(target: string, parts: readonly Contribution[]): string[] {
  const about = parts.filter((part) => part.target === target);
  const from = Math.max(
    0,
    about.findLastIndex((part) => part.reasons[0]?.kind === 'rule' && !part.adds),
  );
  return sortedUnique(about.slice(from).flatMap((part) => part.values.map((value) => String(value).trim())));
}

/** In the order of the targets; each target's own links in the order they were applied. */
const targetReasons = (targets: readonly string[], parts: readonly Contribution[]): Reason[] =>
  targets.flatMap((target) => parts.filter((part) => part.target === target).flatMap((part) => part.reasons));

/** Required attributes of the target the wish has no value for. Nothing can be missing unless an account is wished. */
export function missingRequired(wish: Wish, attributes: readonly TargetAttribute[]): string[] {
  if (wish.state !== 'active') return [];
  const given = (name: string) =>
    listOf(wish.attributes[name]).length > 0 || (wish.entitlements[name]?.length ?? 0) > 0;
  return attributes
    .filter((attribute) => attribute.required === true && !given(attribute.name))
    .map(({ name }) => name);
}

/** Do two wishes ask for the same account? Reasons may differ. */
export function sameWish(a: Wish | null, b: Wish | null): boolean {
  const core = (wish: Wish | null) =>
    wish === null
      ? null
      : { state: wish.state, cause: wish.cause, attributes: wish.attributes, entitlements: wish.entitlements };
  return canonical(core(a)) === canonical(core(b));
}
