import type { AppConfig, Parameter } from './app-schema.ts';
import type { Config } from './config.ts';
import type { TargetAttribute } from './connector.ts';
import type { Contribution } from './contribution.ts';
import { type Granted, grantReason } from './grant.ts';
import { canonical } from './hash.ts';
import { statusReason } from './join.ts';
import { leavingOf, stateAfter } from './leaving.ts';
import { chainOf, type Mapped, mappedOf } from './mapping.ts';
import type { Attributes, Cause, Person, Reason, Time, Wish } from './model.ts';
import { contributionOf, readBy } from './parameter.ts';
import { endedMembership, rolesOf } from './role.ts';
import { ruleContributions } from './rule.ts';
import { lackingOf, startOf } from './stay.ts';
import { listOf, sortedUnique } from './text.ts';
import { attributesFrom, entitled } from './wished.ts';

export { effectiveParameters } from './parameter.ts';
export { rolesOf } from './role.ts';

export type WishContext = {
  config: Config;
  /** What the connector declares; nothing else is ever wished. */
  attributes: readonly TargetAttribute[];
  now: Time;
  hasAccount: boolean;
  /** What the person asked for of the app. */
  granted?: Granted;
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
  const mapped = mappedOf(person, config);
  const madeAt = startOf(mapped.attributes, config.settings, app.provisioning.createDaysBefore) ?? now;
  if (madeAt > now) return bare('none', 'not-started', [notStarted(mapped, app)]);
  const roles = rolesOf(person, config, now).filter(({ role }) => role.apps.includes(app.name));
  const status = [statusReason(person, config.directories), ...startingSoon(mapped, app, context)];
  const granted = grantReasons(context.granted);
  if (roles.length + granted.length === 0) {
    const state = hasAccount ? stateAfter[app.provisioning.onRoleLoss] : 'none';
    return bare(state, 'role-loss', [...status, ...missingRoles(person, app, context)]);
  }
  const why = [...status, ...roleReasons(roles, app), ...granted];
  const lacking = lackingOf(mapped.attributes, config.settings);
  if (lacking.length > 0) return bare(hasAccount ? 'kept' : 'none', 'role', [...why, incomplete(lacking)]);
  return activeWish(mapped, app, context, why);
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
const started = (because: string): Reason => ({ kind: 'status', name: 'startDate', because });
const ahead = (app: AppConfig): string =>
  `${app.name} makes accounts ${app.provisioning.createDaysBefore} days before the start`;

function notStarted({ attributes }: Mapped, app: AppConfig): Reason {
  const early = app.provisioning.createDaysBefore > 0 ? `, and ${ahead(app)}` : '';
  return started(`the start date ${String(attributes.startDate)} is still to come${early}`);
}

/** Why there shall be an account before the start. */
function startingSoon({ attributes }: Mapped, app: AppConfig, { config, now }: WishContext): Reason[] {
  const start = startOf(attributes, config.settings);
  return start === null || start <= now
    ? []
    : [started(`starts on ${String(attributes.startDate)}, and ${ahead(app)}`)];
}

const incomplete = (lacking: readonly string[]): Reason => ({
  kind: 'status',
  name: 'contractor',
  because: `a contractor needs ${lacking.join(' and ')} before anything new is given`,
});

const roleReasons = (roles: ReturnType<typeof rolesOf>, app: AppConfig): Reason[] =>
  roles.flatMap(({ role, reasons }) => [
    ...reasons,
    { kind: 'role', name: role.name, because: `${role.name} has ${app.name}` } as const,
  ]);

const grantReasons = (granted: Granted = { given: [], asked: [] }): Reason[] =>
  [...granted.given, ...granted.asked].map(grantReason);

/** Why not: each role that has the app, or that none has. */
function missingRoles(person: Person, app: AppConfig, { config, now }: WishContext): Reason[] {
  const roles = config.roles.filter((role) => role.apps.includes(app.name));
  if (roles.length === 0) return [{ kind: 'role', name: app.name, because: `no role has ${app.name}` }];
  const because = new Map(
    roles.map((role) => {
      const until = endedMembership(person, role, config, now);
      const byHand = until === null ? 'not a member by hand' : `the membership by hand ended with ${until}`;
      return [role.name, `not in ${role.name}: no mapping to it holds and ${byHand}`];
    }),
  );
  return sortedUnique(because.keys()).map((name) => ({ kind: 'role', name, because: because.get(name) ?? '' }));
}

function activeWish(mapped: Mapped, app: AppConfig, context: WishContext, why: readonly Reason[]): Wish {
  const parts = contributionsTo(mapped, app, context.attributes);
  const plain = context.attributes.filter((attribute) => attribute.kind === 'value');
  const granting = context.attributes.filter((attribute) => attribute.kind === 'entitlement').map(({ name }) => name);
  const wanted = app.provisioning.entitlements ? granting : [];
  const kept = parts.filter(({ createOnly }) => !createOnly);
  const values = attributesFrom(plain, kept, givenBefore(app, context.previous ?? null));
  const first = firstValues(plain, parts, values);
  return {
    state: 'active',
    cause: 'role',
    attributes: values,
    ...(first !== null && { first }),
    entitlements: Object.fromEntries(wanted.map((target) => [target, entitled(target, parts)])),
    reasons: [...why, ...targetReasons([...plain.map(({ name }) => name), ...wanted], parts)],
  };
}

/** What is written when the account is made and not wished after that; null for nothing. */
function firstValues(
  plain: readonly TargetAttribute[],
  parts: readonly Contribution[],
  lasting: Attributes,
): Attributes | null {
  const once = new Set(parts.filter(({ createOnly }) => createOnly).map(({ target }) => target));
  const targets = plain.filter(({ name }) => once.has(name) && !Object.hasOwn(lasting, name));
  const values = targets.length === 0 ? {} : attributesFrom(targets, parts, {});
  return Object.keys(values).length === 0 ? null : values;
}

/** What each parameter and each rule that holds says about this person, in the order in which it counts. */
function contributionsTo(mapped: Mapped, app: AppConfig, attributes: readonly TargetAttribute[]): Contribution[] {
  const declared = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  const parameters = app.parameters.flatMap((parameter) => {
    const attribute = declared.get(parameter.target);
    return attribute === undefined
      ? []
      : [traced(contributionOf(parameter, attribute, mapped.attributes), parameter, mapped)];
  });
  return [...parameters, ...ruleContributions(app, declared, mapped)];
}

/** With the mappings that set what the parameter reads. */
function traced(part: Contribution, parameter: Parameter, { setBy }: Mapped): Contribution {
  if (setBy.size === 0) return part;
  const chain = chainOf(readBy(parameter), setBy).map((link) => ({ ...link, target: part.target }));
  return chain.length === 0 ? part : { ...part, reasons: [...chain, ...part.reasons] };
}

/**
 * What the previous wish named, as far as the app is still told about it: a target that no rule and no parameter names, or none
 * beyond the making of the account, is let go.
 */
function givenBefore(app: AppConfig, previous: Wish | null): Attributes {
  const rules = app.rules.flatMap((rule) => rule.actions);
  const lasting = app.parameters.filter(({ createOnly }) => createOnly !== true);
  const told = new Set([...lasting, ...rules].map(({ target }) => target));
  return Object.fromEntries(Object.entries(previous?.attributes ?? {}).filter(([name]) => told.has(name)));
}

/** In the order of the targets; each target's own links in the order they were applied. */
function targetReasons(targets: readonly string[], parts: readonly Contribution[]): Reason[] {
  const reasons = new Map<string, Reason[]>(targets.map((target) => [target, []]));
  for (const part of parts) reasons.get(part.target)?.push(...part.reasons);
  return [...reasons.values()].flat();
}

/** Required attributes of the target the wish has no value for. Nothing can be missing unless an account is wished. */
export function missingRequired(wish: Wish, attributes: readonly TargetAttribute[]): string[] {
  if (wish.state !== 'active') return [];
  const given = (name: string) =>
    [wish.attributes, wish.first, wish.entitlements].some((part) => listOf(part?.[name]).length > 0);
  return attributes
    .filter((attribute) => attribute.required === true && !given(attribute.name))
    .map(({ name }) => name);
}

/** Do two wishes ask for the same account? Reasons may differ. */
export function sameWish(a: Wish | null, b: Wish | null): boolean {
  const core = (wish: Wish | null) => (wish === null ? null : { ...wish, reasons: [] });
  return canonical(core(a)) === canonical(core(b));
}
