import type { AppConfig, Parameter, Rule } from './app-schema.ts';
import type { Config } from './config.ts';
import { entryOf, merged, withChanged, withEntry, withMoved, without } from './config-edit.ts';
import { refused } from './errors.ts';
import { canonical } from './hash.ts';
import type { SamlSetup } from './saml-schema.ts';

/** `roles`: names of roles that get the app as well. @throws RollcallError `name-taken`, `unknown-role`. */
export function addApp(config: Config, app: AppConfig, roles: readonly string[] = []): Config {
  const next = { ...config, apps: withEntry(config.apps, app, 'app') };
  return roles.reduce((so, role) => giveApp(so, role, app.name), next);
}

const giveApp = (config: Config, role: string, app: string): Config => ({
  ...config,
  roles: withChanged(config.roles, role, 'role', (one) => ({ ...one, apps: [...new Set([...one.apps, app])] })),
});

/** @throws RollcallError `unknown-app`. */
export const changeApp = (config: Config, name: string, change: Partial<Omit<AppConfig, 'name'>>): Config =>
  inApp(config, name, (app) => merged(app, change));

/** How people sign on to it, in the place of what there was; null: no more by SAML. @throws RollcallError `unknown-app`. */
export const withSaml = (config: Config, name: string, setup: SamlSetup | null): Config =>
  inApp(config, name, (app) => merged(app, { saml: setup ?? undefined }));

/** @throws RollcallError `unknown-app`. */
export const changeProvisioning = (
  config: Config,
  name: string,
  change: { [K in keyof AppConfig['provisioning']]?: AppConfig['provisioning'][K] | undefined },
): Config => inApp(config, name, (app) => ({ ...app, provisioning: merged(app.provisioning, change) }));

/** Its roles go on without it; its logins are disassociated, and no account is touched. @throws RollcallError `unknown-app`. */
export function removeApp(config: Config, name: string): Config {
  const app = entryOf(config.apps, name, 'app');
  const roles = config.roles.map((role) =>
    role.apps.includes(app.name) ? { ...role, apps: role.apps.filter((one) => one !== app.name) } : role,
  );
  return { ...config, roles, apps: without(config.apps, app.name, 'app') };
}

/** `place`: where it stands, from 0; rules run in order. @throws RollcallError `unknown-app`, `name-taken`. */
export const addRule = (config: Config, app: string, rule: Rule, place?: number): Config =>
  inRules(config, app, (rules) => withEntry(rules, rule, 'rule', place));

/** @throws RollcallError `unknown-app`, `unknown-rule`. */
export const changeRule = (config: Config, app: string, name: string, change: Partial<Omit<Rule, 'name'>>): Config =>
  inRules(config, app, (rules) => withChanged(rules, name, 'rule', (rule) => merged(rule, change)));

/** @throws RollcallError `unknown-app`, `unknown-rule`. */
export const removeRule = (config: Config, app: string, name: string): Config =>
  inRules(config, app, (rules) => without(rules, name, 'rule'));

/** @throws RollcallError `unknown-app`, `unknown-rule`. */
export const moveRule = (config: Config, app: string, name: string, place: number): Config =>
  inRules(config, app, (rules) => withMoved(rules, name, 'rule', place));

/** @throws RollcallError `unknown-app`. */
export const addParameter = (config: Config, app: string, parameter: Parameter): Config =>
  inApp(config, app, (one) => ({ ...one, parameters: [...one.parameters, parameter] }));

/**
 * Several parameters may fill one target, so that one is known by what it says, as it was read. @throws RollcallError
 * `unknown-app`, `parameter-gone`.
 */
export const changeParameter = (config: Config, app: string, was: Parameter, parameter: Parameter): Config =>
  inParameters(config, app, was, () => [parameter]);

/** @throws RollcallError `unknown-app`, `parameter-gone`. */
export const removeParameter = (config: Config, app: string, was: Parameter): Config =>
  inParameters(config, app, was, () => []);

const inApp = (config: Config, name: string, change: (app: AppConfig) => AppConfig): Config => ({
  ...config,
  apps: withChanged(config.apps, name, 'app', change),
});

const inRules = (config: Config, app: string, change: (rules: readonly Rule[]) => Rule[]): Config =>
  inApp(config, app, (one) => ({ ...one, rules: change(one.rules) }));

function inParameters(config: Config, name: string, was: Parameter, change: () => Parameter[]): Config {
  return inApp(config, name, (app) => {
    const place = app.parameters.findIndex((one) => canonical(one) === canonical(was));
    if (place < 0)
      throw refused('parameter-gone', `${was.target} in ${app.name} is filled otherwise by now`, 'Look at it again.');
    return { ...app, parameters: app.parameters.toSpliced(place, 1, ...change()) };
  });
}
