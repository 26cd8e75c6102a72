import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import { whole } from './roles.ts';
import { Id } from './user.ts';
import type { Wire } from './wire.ts';

const Name = z.string().catch('');
const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Condition = z.object({ source: z.string(), operator: z.string(), value: Scalar.nullish() });
const Action = z.object({
  action: z.string(),
  value: z
    .union([z.array(Scalar), Scalar.transform((one) => [one])])
    .nullish()
    .transform((values) => values ?? []),
  expression: z.string().nullish(),
  scriplet: z.string().nullish(),
  scriptlet: z.string().nullish(),
  macro: z.string().nullish(),
});
/** A mapping of people, or a rule of an app: the same thing in two places. */
const Rule = z.object({
  id: Id,
  name: Name,
  match: z.enum(['all', 'any']).catch('all'),
  enabled: z.boolean().catch(true),
  position: z.number().nullish(),
  conditions: z.array(Condition).catch([]),
  actions: z.array(Action).catch([]),
});
const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish().catch(null);
const Parameter = z.object({
  label: Text,
  user_attribute_mappings: Text,
  user_attribute_macros: Text,
  attributes_transformations: Text,
  default_values: Text,
  values: Text,
  provisioned_entitlements: z.boolean().nullish().catch(false),
  include_in_saml_assertion: z.boolean().nullish().catch(false),
});
const App = z.object({
  id: Id,
  name: Name,
  connector_id: z.union([z.number(), z.string()]).nullish().catch(null),
  provisioning: z.object({ enabled: z.boolean() }).nullish().catch(null),
  role_ids: z.array(Id).nullish().catch(null),
  configuration: z.record(z.string(), z.unknown()).nullish().catch(null),
  parameters: z.record(z.string(), Parameter).nullish().catch(null),
});
const Role = z.object({ id: Id, name: Name, apps: z.array(Id).nullish().catch(null) });
const Listed = z.object({ id: Id });
const Custom = z.object({ name: z.string(), shortname: z.string() });
const NamedValue = z.object({ name: z.string(), value: Scalar });

export type TenantCondition = z.infer<typeof Condition>;
export type TenantAction = z.infer<typeof Action>;
export type TenantRule = z.infer<typeof Rule>;
export type TenantParameter = z.infer<typeof Parameter>;
type ValueNames = ReadonlyMap<string, string>;
/** `values`: of each action of its rules, what the values are called. */
export type TenantApp = z.infer<typeof App> & { rules: readonly TenantRule[]; values: ReadonlyMap<string, ValueNames> };
export type Tenant = {
  roles: readonly z.infer<typeof Role>[];
  apps: readonly TenantApp[];
  mappings: readonly TenantRule[];
  /** Short names of the custom attributes. */
  custom: ReadonlySet<string>;
  /** What the operators of each condition are called, for those that are not known already. */
  operators: ReadonlyMap<string, ValueNames>;
};

/** Everything a OneLogin account is set up to do with people and apps, as far as its API shows it. */
export async function readTenant(
  wire: Wire,
  name: string,
  isKnown: (operator: string) => boolean,
  signal: AbortSignal,
): Promise<Tenant> {
  const list = <Row>(path: readonly string[], schema: z.ZodType<Row>) => whole(wire, path, schema, name, signal);
  /** Lists that have no pages: those switched on, and those that are not. */
  const rules = async (path: readonly string[]): Promise<TenantRule[]> => {
    const on = await wire.get(path, {}, z.array(Rule), signal);
    const off = await wire.get(path, { enabled: 'false' }, z.array(Rule), signal);
    const all = [...on.body, ...off.body.filter(({ id }) => !on.body.some((one) => one.id === id))];
    return all.sort((a, b) => (a.position || Number.MAX_SAFE_INTEGER) - (b.position || Number.MAX_SAFE_INTEGER));
  };
  const names = async (path: readonly string[]): Promise<ValueNames> => {
    try {
      const { body } = await wire.get(path, {}, z.array(NamedValue), signal);
      return new Map(body.map(({ name: called, value }) => [value, called]));
    } catch (error) {
      if (error instanceof ConnectorError && ['missing', 'rejected', 'auth'].includes(error.kind)) return new Map();
      throw error;
    }
  };
  const app = async (id: string): Promise<TenantApp> => {
    const { body } = await wire.get(['api', '2', 'apps', id], {}, App, signal);
    if (body.provisioning?.enabled !== true) return { ...body, rules: [], values: new Map() };
    const own = await rules(['api', '2', 'apps', id, 'rules']);
    const actions = new Set(own.flatMap((rule) => rule.actions.map(({ action }) => action)));
    const values = new Map<string, ValueNames>();
    for (const action of actions)
      values.set(action, await names(['api', '2', 'apps', id, 'rules', 'actions', action, 'values']));
    return { ...body, rules: own, values };
  };

  const roles = await list(['api', '2', 'roles'], Role);
  const apps: TenantApp[] = [];
  for (const { id } of await list(['api', '2', 'apps'], Listed)) apps.push(await app(id));
  const mappings = await rules(['api', '2', 'mappings']);
  const custom = await wire.get(['api', '2', 'users', 'custom_attributes'], {}, z.array(Custom), signal);
  const asked = [...mappings, ...apps.flatMap((one) => one.rules)].flatMap((rule) => rule.conditions);
  const operators = new Map<string, ValueNames>();
  for (const { source, operator } of asked)
    if (!isKnown(operator) && !operators.has(source))
      operators.set(source, await names(['api', '2', 'mappings', 'conditions', source, 'operators']));
  return { roles, apps, mappings, custom: new Set(custom.body.map(({ shortname }) => shortname)), operators };
}
