import type { AppConfig, Config, Parameter, Rule } from './config.ts';
import { checkAttribute, checkConditions } from './config-condition.ts';
import { meant, type Problem, problem } from './config-problem.ts';
import { type Connectors, checkConnection, unknownConnector } from './config-reference.ts';
import type { TargetAttribute, TargetConnector } from './connector.ts';
import type { Value } from './model.ts';
import { converted, effectiveParameters } from './parameter.ts';
import type { Place } from './secret.ts';
import { namesIn } from './template.ts';
import { listOf } from './text.ts';

/** Every app against its connector, and the conditions of mappings. */
export const checkApps = (config: Config, connectors: Connectors['targets']): Problem[] => [
  ...config.mappings.flatMap(({ conditions }, index) => checkConditions(conditions, ['mappings', index, 'conditions'])),
  ...config.apps.flatMap((app, index) => checkApp(app, ['apps', index], connectors)),
];

function checkApp(app: AppConfig, place: Place, connectors: Connectors['targets']): Problem[] {
  const connector = connectors.get(app.connector);
  if (connector === undefined) return [unknownConnector(app.connector, connectors, [...place, 'connector'])];
  return [
    ...checkConnection(connector.config, app.connection, [...place, 'connection'], app.name),
    ...checkProvisioning(app, connector, [...place, 'provisioning']),
    ...app.parameters.flatMap((parameter, index) =>
      checkParameter(parameter, connector, [...place, 'parameters', index]),
    ),
    ...checkTwice(app, connector, place),
    ...checkRequired(app, connector, place),
    ...app.rules.flatMap((rule, index) => checkRule(rule, connector, [...place, 'rules', index])),
  ];
}

function checkProvisioning({ provisioning, name }: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  if (!provisioning.enabled) return [];
  const { capabilities, title } = connector;
  const can = { suspend: capabilities.suspend === true, delete: capabilities.delete === true, nothing: true };
  const leaving = (['onSuspend', 'onDelete', 'onRoleLoss'] as const).flatMap((setting) => {
    const act = provisioning[setting];
    const others = (['suspend', 'delete', 'nothing'] as const).filter((other) => can[other]);
    return can[act]
      ? []
      : [problem([...place, setting], `${title} cannot ${act} accounts`, `write ${others.join(' or ')}`)];
  });
  const entitled = provisioning.entitlements && capabilities.entitlements !== true;
  const none = problem(
    [...place, 'entitlements'],
    `${title} has no entitlements`,
    `write false, or use another connector for ${name}`,
  );
  return [...leaving, ...(entitled ? [none] : []), ...checkPrivileged(provisioning.privileged, connector, place)];
}

const checkPrivileged = (privileged: Record<string, string[]>, connector: TargetConnector, place: Place): Problem[] =>
  Object.keys(privileged).flatMap((target) => {
    const here = [...place, 'privileged', target];
    const attribute = find(connector, target);
    if (attribute === undefined) return [unknownTarget(target, connector, here)];
    return attribute.kind === 'entitlement'
      ? []
      : [problem(here, `${target} is not an entitlement`, 'name an entitlement')];
  });

const find = (connector: TargetConnector, target: string): TargetAttribute | undefined =>
  connector.attributes.find(({ name }) => name === target);

function unknownTarget(target: string, connector: TargetConnector, place: Place): Problem {
  const names = connector.attributes.map(({ name }) => name);
  return problem(
    place,
    `${connector.title} has no attribute ${target}`,
    meant(target, names, `use one of: ${names.join(', ')}`),
  );
}

function checkParameter(parameter: Parameter, connector: TargetConnector, place: Place): Problem[] {
  const attribute = find(connector, parameter.target);
  if (attribute === undefined) return [unknownTarget(parameter.target, connector, [...place, 'target'])];
  const { from, value, translate } = parameter;
  const both = from !== undefined && value !== undefined;
  const direct = translate === undefined ? listOf(value) : [];
  return [
    ...(both ? [problem([...place, 'value'], '`from` and `value` exclude each other', 'take one of them out')] : []),
    ...(from === undefined ? [] : checkAttribute(from, [...place, 'from'])),
    ...checkWritten(direct, attribute, [...place, 'value']),
    ...checkWritten(Object.values(translate ?? {}), { ...attribute, kind: 'entitlement' }, [...place, 'translate']),
    ...checkWritten(listOf(parameter.default), attribute, [...place, 'default']),
  ];
}

/** Constants must fit the attribute's type and number of values; templates are checked for the attributes they read. */
function checkWritten(values: readonly Value[], attribute: TargetAttribute, place: Place): Problem[] {
  const templates = values.flatMap((value) => (typeof value === 'string' ? namesIn(value) : []));
  const constants = values.filter((value) => typeof value !== 'string' || namesIn(value).length === 0);
  const wrong = constants.some((value) => converted(value, attribute).length === 0);
  const many = attribute.kind === 'value' && values.length > 1;
  return [
    ...templates.flatMap((name) => checkAttribute(name, place)),
    ...(wrong ? [problem(place, `${attribute.name} takes a ${attribute.type}`, `write a ${attribute.type}`)] : []),
    ...(many ? [problem(place, `${attribute.name} takes one value`, 'write one value')] : []),
  ];
}

/** A plain attribute is filled by one parameter; an entitlement may be by several. */
function checkTwice(app: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  const seen = new Set<string>();
  return app.parameters.flatMap(({ target }, index) => {
    const twice = seen.has(target) && find(connector, target)?.kind === 'value';
    seen.add(target);
    const here = [...place, 'parameters', index, 'target'];
    return twice
      ? [problem(here, `${target} is filled twice`, 'keep one parameter, and use rules for exceptions')]
      : [];
  });
}

function checkRequired(app: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  const filled = [...effectiveParameters(app, connector), ...app.rules.flatMap((rule) => rule.actions)];
  const told = new Set(filled.map(({ target }) => target));
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

const checkRule = (rule: Rule, connector: TargetConnector, place: Place): Problem[] => [
  ...checkConditions(rule.conditions, [...place, 'conditions']),
  ...rule.actions.flatMap((action, index) => {
    const here = [...place, 'actions', index];
    const attribute = find(connector, action.target);
    if (attribute === undefined) return [unknownTarget(action.target, connector, [...here, 'target'])];
    if (action.add !== undefined && attribute.kind === 'value') {
      return [problem([...here, 'add'], `${action.target} takes one value`, 'use `set`')];
    }
    return checkWritten(listOf(action.add ?? action.set), attribute, [
      ...here,
      action.add === undefined ? 'set' : 'add',
    ]);
  }),
];
