import type { AppConfig } from './app-schema.ts';
import type { EntitlementValue, TargetAttribute } from './connector.ts';
import type { Value } from './model.ts';
import { byText, fold } from './text.ts';

/** An entitlement value the configuration of an app names, and where: `parameter groups`, `rule Managers`, `privileged`. */
export type NamedEntitlement = { target: string; value: string; place: string };

type Names = { target: string; values: readonly Value[]; place: string };

/** Every value of the app's entitlements that its parameters, rules and privileged list name. */
export function namedEntitlements(app: AppConfig, attributes: readonly TargetAttribute[]): NamedEntitlement[] {
  const granting = new Set(attributes.filter(({ kind }) => kind === 'entitlement').map(({ name }) => name));
  const named = [...inParameters(app), ...inRules(app), ...inPrivileged(app)];
  return named
    .filter(({ target }) => granting.has(target))
    .flatMap(({ target, values, place }) => values.map((value) => ({ target, value: String(value).trim(), place })));
}

const many = (value: Value | readonly Value[] | undefined): readonly Value[] =>
  value === undefined ? [] : [value].flat();

const inParameters = ({ parameters }: AppConfig): Names[] =>
  parameters.map(({ target, value, translate = {}, default: fallback }) => ({
    target,
    values: [...many(value), ...Object.values(translate), ...many(fallback)],
    place: `parameter ${target}`,
  }));

const inRules = ({ rules }: AppConfig): Names[] =>
  rules.flatMap(({ name, actions }) =>
    actions.map(({ target, add = [], set }) => ({ target, values: [...add, ...many(set)], place: `rule ${name}` })),
  );

const inPrivileged = ({ provisioning }: AppConfig): Names[] =>
  Object.entries(provisioning.privileged).map(([target, values]) => ({ target, values, place: 'privileged' }));

/** What an import of the app's values changed. Sorted by target and name. */
export type EntitlementDifference = { added: readonly EntitlementValue[]; gone: readonly EntitlementValue[] };

export function differenceOf(
  before: readonly EntitlementValue[],
  after: readonly EntitlementValue[],
): EntitlementDifference {
  return { added: missingFrom(before, after), gone: missingFrom(after, before) };
}

const keyOf = ({ target, value }: Pick<EntitlementValue, 'target' | 'value'>): string => `${target}\n${value}`;

const missingFrom = (there: readonly EntitlementValue[], all: readonly EntitlementValue[]): EntitlementValue[] => {
  const keys = new Set(there.map(keyOf));
  const missing = new Map(all.filter((one) => !keys.has(keyOf(one))).map((one) => [keyOf(one), one]));
  return [...missing.values()].sort((a, b) => byText(keyOf(a), keyOf(b)));
};

/**
 * What the configuration names and the app does not have, in any case of letters. A target of which the app lists nothing, and
 * never did, says nothing about its values.
 */
export function danglingEntitlements(
  named: readonly NamedEntitlement[],
  before: readonly EntitlementValue[],
  after: readonly EntitlementValue[],
): NamedEntitlement[] {
  const listed = new Set([...before, ...after].map(({ target }) => target));
  const there = new Set(after.map(({ target, value }) => `${target}\n${fold(value)}`));
  return named.filter(({ target, value }) => listed.has(target) && !there.has(`${target}\n${fold(value)}`));
}
