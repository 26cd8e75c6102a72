import type { ConnectorContext, LeftBehind, MovedIn, MoveTarget } from '../../src/core/connector.ts';
import { movedApp, targetsOf } from './app.ts';
import { isKnownOperator } from './condition.ts';
import type { OneLoginConfig } from './config.ts';
import { mappingOf } from './mapping.ts';
import { readTenant, type Tenant, type TenantApp } from './tenant.ts';
import { oneLoginWire } from './wire.ts';

type Named = MovedIn['apps'][number];

/** Reads a OneLogin account and says in our words what it does with people and apps. */
export async function moveIn(
  config: OneLoginConfig,
  context: ConnectorContext,
  to: MoveTarget,
  signal: AbortSignal,
): Promise<MovedIn> {
  const wire = oneLoginWire(config, context);
  try {
    const tenant = await readTenant(wire, context.name, isKnownOperator, signal);
    return inOurWords(tenant, config, context.name, to);
  } finally {
    wire.close();
  }
}

/** Pure: what `tenant` comes to. */
export function inOurWords(tenant: Tenant, config: OneLoginConfig, directory: string, to: MoveTarget): MovedIn {
  const words = { tenant, config };
  const left: LeftBehind[] = [];
  const remarks: MovedIn['remarks'][number][] = [];
  const { apps, names: appNames } = movedApps(tenant, config, to, left, remarks);
  const nameRole = unique();
  const roleNames = new Map(tenant.roles.map(({ id, name }) => [id, nameRole(name || `Role ${id}`)]));
  const roles = tenant.roles.map((role): Named => {
    const own = tenant.apps.filter(({ id, role_ids }) => role_ids?.includes(role.id) || role.apps?.includes(id));
    const named = own.flatMap(({ id }) => appNames.get(id) ?? []);
    return { name: roleNames.get(role.id) ?? role.id, ...(named.length > 0 && { apps: named }) };
  });
  const nameMapping = unique();
  const followed = tenant.roles.map(({ id, name }): Named => {
    const conditions = [{ attribute: 'roles', operator: '=', value: name }];
    return { name: nameMapping(`In OneLogin: ${name || id}`), conditions, roles: [roleNames.get(id) ?? id] };
  });
  const [first] = followed;
  if (first !== undefined) remarks.push({ of: 'mappings', name: first.name, text: followRoles });
  const translated = tenant.mappings.flatMap((mapping): Named[] => {
    const moved = mappingOf(mapping, roleNames, words);
    left.push(...moved.left.map((one) => ({ ...one, name: mapping.name })));
    return moved.said === null ? [] : [{ name: nameMapping(mapping.name || `Mapping ${mapping.id}`), ...moved.said }];
  });
  return {
    directories: [directoryOf(config, directory)],
    roles,
    mappings: [...followed, ...translated],
    apps,
    remarks,
    left,
  };
}

const followRoles =
  'Who is in a role in OneLogin is in it here, however they came into it there. Take these out once OneLogin no longer gives the roles.';

const directoryOf = ({ url, attributes, allowHosts }: OneLoginConfig, name: string) => ({
  name,
  connector: 'onelogin',
  config: {
    ...{ url, clientId: '${ONELOGIN_CLIENT_ID}', clientSecret: '${ONELOGIN_CLIENT_SECRET}' },
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(allowHosts.length > 0 && { allowHosts }),
  },
});

function movedApps(
  tenant: Tenant,
  config: OneLoginConfig,
  to: MoveTarget,
  left: LeftBehind[],
  remarks: MovedIn['remarks'][number][],
): { apps: Named[]; names: Map<string, string> } {
  const targets = targetsOf(to.attributes);
  const nameApp = unique();
  const nameToken = unique('_', 200);
  const names = new Map<string, string>();
  const apps = tenant.apps.flatMap((app): Named[] => {
    if (app.provisioning?.enabled !== true) {
      left.push({
        what: 'app',
        name: app.name,
        why: 'provisioning is not enabled for it in OneLogin: people only sign on to it',
      });
      return [];
    }
    const name = nameApp(app.name || `App ${app.id}`);
    names.set(app.id, name);
    const moved = movedApp(app, name, targets, { tenant, config });
    left.push(...moved.left);
    const nameRule = unique();
    const rules = moved.rules.map((rule) => ({ ...rule, name: nameRule(rule.name || 'Rule') }));
    const baseUrl = addressIn(app);
    remarks.push({ of: 'apps', name, text: remarkOf(app, baseUrl !== null) });
    const auth = { type: 'bearer', token: `\${${nameToken(`${variable(name)}_TOKEN`)}}` };
    const connection = { baseUrl: baseUrl ?? 'https://app.invalid/scim/v2', auth };
    const entitlements = Object.values(app.parameters ?? {}).some((one) => one.provisioned_entitlements === true);
    const provisioning = { enabled: false, entitlements };
    const { parameters } = moved;
    const shown = { ...(parameters.length > 0 && { parameters }), ...(rules.length > 0 && { rules }) };
    return [{ name, connector: to.connector, connection, provisioning, ...shown }];
  });
  return { apps, names };
}

/** OneLogin keeps where an app is reached under names that differ by app. */
function addressIn({ configuration }: TenantApp): string | null {
  for (const [name, value] of Object.entries(configuration ?? {})) {
    const url = /scim|base.?url/i.test(name) && typeof value === 'string' ? URL.parse(value.trim()) : null;
    if (url?.protocol === 'https:' && !url.username && !url.search && !url.hash) return url.href.replace(/\/$/, '');
  }
  return null;
}

const remarkOf = ({ id, connector_id }: TenantApp, hasAddress: boolean): string =>
  [
    `App ${id} of OneLogin (its connector ${connector_id ?? 'unknown'}). Off until you have looked at it:`,
    hasAddress ? 'check the address,' : 'write where its SCIM API is reached,',
    'give Rollcall a token, decide about approvals and what happens to leavers (the API shows neither), then write enabled: true.',
  ].join(' ');

/** Names of variables that belong to Rollcall itself are not to be had. */
const variable = (name: string): string => {
  const upper = name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Z]/.test(upper) && !/^(ROLLCALL|SLACK|MONGODB|ONELOGIN)(_|$)/.test(upper) ? upper : `APP_${upper}`;
};

/** Names here are keys: at most so long, no two alike in all but case. */
function unique(between = ' ', longest = 80): (name: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    const clean = wanted.replace(/\p{Cc}+/gu, ' ').trim() || 'Unnamed';
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : `${between}${number}`;
      const name = `${[...clean]
        .slice(0, longest - suffix.length - 8)
        .join('')
        .slice(0, longest - suffix.length)
        .trim()}${suffix}`;
      const key = name.normalize('NFC').toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}
