import type { LeftBehind } from '../../src/core/connector.ts';
import { conditionsOf } from './condition.ts';
import type { TenantAction, TenantRule } from './tenant.ts';
import { attributeOf, roleName, type Said, templateOf, type Words } from './words.ts';

type Given = { role: string } | { set: { attribute: string; value: string } };
type Moved = { said: Readonly<Record<string, unknown>> | null; left: readonly Omit<LeftBehind, 'name'>[] };

const why: Readonly<Record<string, string>> = {
  set_status: 'it sets the status of users in OneLogin, and Rollcall changes nobody there',
  set_state: 'it sets the state of users in OneLogin, and Rollcall changes nobody there',
  set_group: 'groups of OneLogin decide how people sign in there, not which accounts they have',
  set_manager: 'managers are the directory’s word here',
  remove_role: 'roles are never taken back by a mapping here: whoever does not meet its conditions is not in them',
};

/** A mapping in our words, without its name; null where nothing of it can be said. */
export function mappingOf(mapping: TenantRule, roles: ReadonlyMap<string, string>, words: Words): Moved {
  const what = 'mapping';
  if (!mapping.enabled) return { said: null, left: [{ what, why: 'it is switched off in OneLogin' }] };
  const when = conditionsOf(mapping, words);
  if ('why' in when) return { said: null, left: [{ what, why: when.why }] };
  const actions = mapping.actions.map((action) => actionOf(action, roles, words));
  const left = actions.flatMap((one) => ('why' in one ? [{ what: 'action of the mapping', why: one.why }] : []));
  const given = actions.flatMap((one) => ('said' in one ? one.said : []));
  if (given.length === 0) {
    const reasons = left.map((one) => one.why).join('; ');
    return { said: null, left: [{ what, why: reasons === '' ? 'it does nothing' : reasons }] };
  }
  const named = given.flatMap((one) => ('role' in one ? [one.role] : []));
  const set = given.flatMap((one) => ('set' in one ? [one.set] : []));
  const said = {
    ...when.said,
    ...(named.length > 0 && { roles: [...new Set(named)] }),
    ...(set.length > 0 && { set }),
  };
  return { said, left };
}

function actionOf(
  { action, value, expression, macro, ...more }: TenantAction,
  roles: ReadonlyMap<string, string>,
  words: Words,
): Said<Given[]> {
  if (action === 'add_role' || action === 'set_role') return rolesOf(value, roles, words);
  const field = action.replace(/^set_/, '');
  const attribute = action.startsWith('set_') ? attributeOf(field, words) : null;
  if (attribute === null) return { why: `its action ${action}: ${why[action] ?? 'there is nothing like it here'}` };
  if (more.scriplet || more.scriptlet) return { why: `its action ${action} runs a scriptlet` };
  if (expression)
    return { why: `its action ${action} takes a value out by a pattern; write it as a Liquid template under set` };
  const text = macro || value[0];
  if (text === undefined || value.length > 1) return { why: `its action ${action} has ${value.length} values` };
  const template = templateOf(text, words);
  return 'why' in template ? template : { said: [{ set: { attribute, value: template.said } }] };
}

function rolesOf(ids: readonly string[], roles: ReadonlyMap<string, string>, words: Words): Said<Given[]> {
  const unknown = ids.find((id) => !roles.has(id));
  if (unknown !== undefined)
    return { why: `it gives a role that does not exist (${roleName(unknown, words) ?? unknown})` };
  return ids.length === 0 ? { why: 'it gives no role' } : { said: ids.map((id) => ({ role: roles.get(id) ?? id })) };
}
