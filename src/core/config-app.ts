import type { AppConfig } from './app-schema.ts';
import type { Config } from './config.ts';
import { checkParameter } from './config-parameter.ts';
import { checkPassword } from './config-password.ts';
import { checkTimezone } from './config-people.ts';
import { type Problem, problem } from './config-problem.ts';
import { type Connectors, checkConnection, unknownConnector } from './config-reference.ts';
import { checkRule } from './config-rule.ts';
import { checkEntityIds, checkSaml } from './config-saml.ts';
import { filledIn, findTarget, takesMany, unknownTarget } from './config-value.ts';
import { connectorFor, type TargetConnector } from './connector.ts';
import type { Place } from './secret.ts';
import { milliseconds } from './time-schema.ts';

/** Every app against its connector. */
export const checkApps = (config: Config, connectors: Connectors['targets']): Problem[] => [
  ...config.apps.flatMap((app, index) => checkApp(app, config, ['apps', index], connectors)),
  ...checkEntityIds(config),
];

function checkApp(app: AppConfig, { settings }: Config, place: Place, connectors: Connectors['targets']): Problem[] {
  const known = connectors.get(app.connector);
  if (known === undefined) return [unknownConnector(app.connector, connectors, [...place, 'connector'])];
  const connector = connectorFor(known, app.connection);
  return [
    ...checkConnection(connector.config, app.connection, [...place, 'connection'], app.name),
    ...checkProvisioning(app, connector, [...place, 'provisioning']),
    ...app.parameters.flatMap((parameter, index) =>
      checkParameter(parameter, connector, [...place, 'parameters', index]),
    ),
    ...checkPassword(app, settings, connector, place),
    ...checkTwice(app, connector, place),
    ...checkRequired(app, connector, place),
    ...app.rules.flatMap((rule, index) => checkRule(rule, connector, [...place, 'rules', index])),
    ...checkSaml(app, connector, place),
  ];
}

function checkProvisioning({ provisioning, name }: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  if (!provisioning.enabled) return [];
  const { capabilities, title } = connector;
  if (capabilities.bySignOn === true) return [neverProvisioned(name, [...place, 'enabled'])];
  const can = { suspend: capabilities.suspend === true, delete: capabilities.delete === true, nothing: true };
  const leaving = (['onSuspend', 'onDelete', 'onRoleLoss'] as const).flatMap((setting) => {
    const act = provisioning[setting];
    const others = (['suspend', 'delete', 'nothing'] as const).filter((other) => can[other]);
    return can[act] ? [] : [problem([...place, setting], unable(connector, act), `write ${others.join(' or ')}`)];
  });
  const entitled = provisioning.entitlements && capabilities.entitlements !== true;
  const none = problem(
    [...place, 'entitlements'],
    `${title} has no entitlements`,
    `write false, or use another connector for ${name}`,
  );
  const { window } = provisioning;
  return [
    ...leaving,
    ...(entitled ? [none] : []),
    ...checkGrace(provisioning, connector, [...place, 'grace']),
    ...(window === undefined ? [] : checkTimezone(window.timezone, [...place, 'window', 'timezone'])),
    ...checkPrivileged(provisioning.privileged, connector, place),
  ];
}

const neverProvisioned = (app: string, place: Place): Problem =>
  problem(
    place,
    'its accounts are made by sign-on, and nothing can be provisioned',
    `write false, or use another connector for ${app}`,
  );

/** `Slack cannot delete accounts (Slack deletes no accounts: …)` */
function unable({ title, remarks }: TargetConnector, act: 'suspend' | 'delete' | 'nothing'): string {
  const why = act === 'nothing' ? undefined : remarks?.[act];
  return `${title} cannot ${act} accounts${why === undefined ? '' : ` (${why.replace(/\.$/, '')})`}`;
}

/** The grace ladder goes up: somebody is reminded before the account is deleted, and the app can delete. */
function checkGrace({ grace }: AppConfig['provisioning'], connector: TargetConnector, place: Place): Problem[] {
  if (grace === undefined) return [];
  const { capabilities } = connector;
  const late = grace.remind !== undefined && milliseconds(grace.remind) >= milliseconds(grace.delete);
  const never = problem([...place, 'remind'], 'the reminder comes too late', 'remind earlier than `delete`');
  const cannot = problem(place, unable(connector, 'delete'), 'leave `grace` out');
  return [...(capabilities.delete === true ? [] : [cannot]), ...(late ? [never] : [])];
}

const checkPrivileged = (privileged: Record<string, string[]>, connector: TargetConnector, place: Place): Problem[] =>
  Object.keys(privileged).flatMap((target) => {
    const here = [...place, 'privileged', target];
    const attribute = findTarget(connector, target);
    if (attribute === undefined) return [unknownTarget(target, connector, here)];
    return attribute.kind === 'entitlement'
      ? []
      : [problem(here, `${target} is not an entitlement`, 'name an entitlement')];
  });

/** What changes really come to in the apps, where the words alone would mislead; of what each app is set up to do. */
export const appRemarks = ({ apps }: Config, connectors: Connectors['targets']): Problem[] =>
  apps.flatMap(({ connector, connection, provisioning }, index) => {
    const known = connectors.get(connector);
    if (known === undefined || !provisioning.enabled) return [];
    const { onSuspend, onDelete, onRoleLoss, grace, entitlements } = provisioning;
    const acts = new Set<string>([onSuspend, onDelete, onRoleLoss, 'create']);
    if (grace !== undefined) acts.add('delete');
    if (entitlements) acts.add('entitlements');
    return Object.entries(connectorFor(known, connection).remarks ?? {})
      .filter(([act]) => acts.has(act))
      .map(([, remark]) => problem(['apps', index], remark.replace(/\.$/, ''), 'this is how the app itself does it'));
  });

/** An attribute of one value is filled by one parameter; an entitlement, or one of many values, may be by several. */
function checkTwice(app: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  const seen = new Set<string>();
  return app.parameters.flatMap(({ target }, index) => {
    const attribute = findTarget(connector, target);
    const twice = seen.has(target) && attribute !== undefined && !takesMany(attribute);
    seen.add(target);
    const here = [...place, 'parameters', index, 'target'];
    return twice
      ? [problem(here, `${target} is filled twice`, 'keep one parameter, and use rules for exceptions')]
      : [];
  });
}

function checkRequired(app: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  const told = filledIn(app, connector);
  return connector.attributes
    .filter((attribute) => attribute.required === true && !told.has(attribute.name))
    .map(({ name }) =>
      problem(
        [...place, 'parameters'],
        `${connector.title} requires ${name}, and nothing fills it`,
        `add a parameter with target ${name}`,
      ),
    );
}
