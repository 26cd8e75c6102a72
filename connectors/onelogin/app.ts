import type { LeftBehind, TargetAttribute } from '../../src/core/connector.ts';
import { conditionsOf } from './condition.ts';
import type { TenantAction, TenantApp, TenantParameter, TenantRule } from './tenant.ts';
import { attributeOf, type Said, templateOf, type Words } from './words.ts';

type Entry = Readonly<Record<string, unknown>>;
export type MovedApp = { parameters: Entry[]; rules: ({ name: string } & Entry)[]; left: LeftBehind[] };
type Targets = ReadonlyMap<string, TargetAttribute>;

const spelling = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** What OneLogin's connectors call the attributes that everybody has. */
const alike: Readonly<Record<string, string>> = {
  ...{ firstname: 'givenName', lastname: 'familyName', fullname: 'displayName', name: 'displayName', mail: 'email' },
  ...{ emailaddress: 'email', scimusername: 'userName', login: 'userName', nameid: 'userName', jobtitle: 'title' },
  ...{
    phonenumber: 'phone',
    company: 'organization',
    employeeid: 'employeeNumber',
    group: 'groups',
    language: 'preferredLanguage',
  },
};

export const targetsOf = (attributes: readonly TargetAttribute[]): Targets =>
  new Map(attributes.map((attribute) => [spelling(attribute.name), attribute]));

const targetOf = (name: string, targets: Targets): TargetAttribute | undefined =>
  targets.get(spelling(name)) ?? targets.get(spelling(alike[spelling(name)] ?? ''));

/** Parameters and rules of an app, as far as the connector it is moved to knows what they fill. */
export function movedApp(app: TenantApp, called: string, targets: Targets, words: Words): MovedApp {
  const parameters: Entry[] = [];
  const left: LeftBehind[] = [];
  const filled = new Set<string>();
  for (const [name, parameter] of Object.entries(app.parameters ?? {})) {
    const moved = parameterOf(name, parameter, targets, words);
    const target = 'said' in moved ? String(moved.said.target) : '';
    const what = `parameter of ${called}`;
    if ('why' in moved) left.push({ what, name, why: moved.why });
    else if (filled.has(target)) left.push({ what, name, why: `another parameter fills ${target} already` });
    else {
      filled.add(target);
      parameters.push(moved.said);
      if (parameter.attributes_transformations)
        left.push({ what, name, why: 'its transformation is not carried over; write it as a Liquid template' });
    }
  }
  const rules: MovedApp['rules'] = [];
  for (const rule of app.rules) {
    const moved = ruleOf(rule, app, targets, words);
    if (moved.said !== null) rules.push({ name: rule.name, ...moved.said });
    for (const reason of moved.why) left.push({ what: `rule of ${called}`, name: rule.name, why: reason });
  }
  return { parameters, rules, left };
}

const nothing = new Set(['', '_none_', 'none', '-no default-', '- no default -']);

function parameterOf(name: string, parameter: TenantParameter, targets: Targets, words: Words): Said<Entry> {
  if (/password/i.test(name)) return { why: 'passwords are set up by the Password parameter (README), never copied' };
  const target = targetOf(name, targets);
  if (target === undefined)
    return {
      why: parameter.include_in_saml_assertion ? 'it is for signing on by SAML' : 'the connector has no such attribute',
    };
  const source = (parameter.user_attribute_mappings ?? '').trim();
  const macros = (parameter.user_attribute_macros ?? '').trim();
  const fallback = (parameter.default_values ?? '').trim();
  const constant = (parameter.values ?? '').trim();
  const more = nothing.has(fallback.toLowerCase()) ? {} : { default: fallback };
  if (macros !== '' && (source === '_macro_' || nothing.has(source.toLowerCase()))) {
    const template = templateOf(macros, words);
    return 'why' in template ? template : { said: { target: target.name, value: template.said, ...more } };
  }
  if (nothing.has(source.toLowerCase())) {
    if (constant !== '') return { said: { target: target.name, value: constant } };
    if ('default' in more) return { said: { target: target.name, ...more } };
    return { why: parameter.provisioned_entitlements ? 'it is filled by rules alone' : 'nothing fills it in OneLogin' };
  }
  const from = attributeOf(source, words);
  return from === null
    ? { why: `people have no attribute for ${source}` }
    : { said: { target: target.name, from, ...more } };
}

function ruleOf(
  rule: TenantRule,
  app: TenantApp,
  targets: Targets,
  words: Words,
): { said: Entry | null; why: string[] } {
  if (!rule.enabled) return { said: null, why: ['it is switched off in OneLogin'] };
  const when = conditionsOf(rule, words);
  if ('why' in when) return { said: null, why: [when.why] };
  const actions = rule.actions.map((action) => actionOf(action, app, targets, words));
  const why = actions.flatMap((one) => ('why' in one ? [one.why] : []));
  const said = actions.flatMap((one) => ('said' in one ? [one.said] : []));
  if (said.length === 0) return { said: null, why: why.length > 0 ? why : ['it does nothing'] };
  return { said: { ...when.said, actions: said }, why };
}

function actionOf(action: TenantAction, app: TenantApp, targets: Targets, words: Words): Said<Entry> {
  const { action: name, value, expression, macro } = action;
  if (name === 'add_role') return { why: 'its action add_role: roles are given by mappings here' };
  const target = name.startsWith('set_') ? targetOf(name.slice('set_'.length), targets) : undefined;
  if (target === undefined) return { why: `its action ${name}: the connector has no such attribute` };
  if (action.scriplet || action.scriptlet) return { why: `its action ${name} runs a scriptlet` };
  const isEntitlement = target.kind === 'entitlement';
  if (expression)
    return isEntitlement
      ? extractOf(target.name, value, expression, words)
      : { why: `its action ${name} takes a value out by a pattern; write it as a parameter with a Liquid template` };
  const texts = macro ? [macro] : value.map((one) => app.values.get(name)?.get(one) ?? one);
  if (texts.length === 0) return { why: `its action ${name} has no value` };
  const unnamed = isEntitlement ? texts.find((text) => /^\d{4,}$/.test(text)) : undefined;
  if (unnamed !== undefined)
    return { why: `its action ${name}: OneLogin does not say what its value ${unnamed} is called` };
  const said: string[] = [];
  for (const text of texts) {
    const template = templateOf(text, words);
    if ('why' in template) return template;
    said.push(template.said);
  }
  return {
    said: isEntitlement
      ? { target: target.name, add: said }
      : { target: target.name, set: said.length === 1 ? said[0] : said },
  };
}

/** *Set groups from attribute*: each match of the pattern, or its first group, is a value. */
function extractOf(target: string, [source = '']: readonly string[], expression: string, words: Words): Said<Entry> {
  const from = attributeOf(source, words);
  if (from === null) return { why: `people have no attribute for ${source || 'what it reads'}` };
  const pattern = expression.replace(/^\/(.*)\/[a-z]*$/s, '$1');
  const value = /(^|[^\\])\((?!\?)/.test(pattern) ? '$1' : '$0';
  return { said: { target, extract: { from, pattern, value } } };
}
