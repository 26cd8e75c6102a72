import { type Parameter, Provisioning } from './app-schema.ts';
import { approvalsText, ownersText, passwordText, timingText } from './app-words.ts';
import { Directory } from './config.ts';
import type { TargetConnector } from './connector.ts';
import type { Draft } from './draft.ts';
import { draftApp } from './draft-config.ts';
import { effectiveParameters } from './parameter.ts';
import { isPassword } from './password-parameter.ts';
import { listOf } from './text.ts';

/* What each step of a draft holds, as plain text for the lists of steps. */

const actions = ['create', 'update', 'suspend', 'reactivate', 'delete'] as const;
const acts = { suspend: 'suspended', delete: 'deleted', nothing: 'left alone' } as const;

export function provisioningText(
  { provisioning }: Pick<Draft, 'provisioning'>,
  { title }: Pick<TargetConnector, 'title'>,
): string {
  const read = Provisioning.safeParse(provisioning);
  if (!read.success) return 'not as it should be';
  const { enabled, approval, onSuspend, onDelete, onRoleLoss } = read.data;
  if (!enabled) return `off: ${title} is connected, and no account is touched`;
  const asked = actions.filter((action) => approval[action] !== false);
  const asks = asked.length === 0 ? 'asks for nothing' : `asks before ${asked.join(', ')}`;
  return `on; ${asks}; who is suspended is ${acts[onSuspend]} there, who left ${acts[onDelete]}, who lost the role ${acts[onRoleLoss]}`;
}

/** What the steps say that have good defaults: who looks after the app, who agrees to what, when, and whether it gets passwords. */
export function setupTexts(draft: Draft) {
  const app = draftApp(draft);
  return {
    owners: ownersText(app),
    approvals: approvalsText(app.provisioning),
    timing: timingText(app.provisioning),
    password: passwordText(app),
  };
}

export function parametersText({ parameters }: Pick<Draft, 'parameters'>, target: TargetConnector): string {
  const own = parameters.map(parameterText);
  const defaults =
    effectiveParameters({ parameters: [...parameters] }, target).length -
    parameters.filter((one) => !isPassword(one)).length;
  const rest = `${defaults} as by default`;
  return own.length === 0 ? `the safe defaults (${defaults})` : `${shortened(own)}; ${rest}`;
}

/** `title ← title, else Staff` */
export function parameterText(parameter: Parameter): string {
  const { target, from, value, template, translate, password } = parameter;
  if (isPassword(parameter)) return `password: ${password ?? 'none'}`;
  const source = from ?? (template === undefined ? listOf(value).join(', ') : 'a template');
  const how = translate === undefined ? '' : ', translated';
  const otherwise = parameter.default === undefined ? '' : `${source === '' ? '' : ', else '}${parameter.default}`;
  return `${target} ← ${source}${how}${otherwise}`;
}

export const rulesText = ({ rules }: Pick<Draft, 'rules'>): string =>
  rules.length === 0 ? 'none' : shortened(rules.map(({ name }) => name));

export const rolesText = ({ roles }: Pick<Draft, 'roles'>): string =>
  roles.length === 0 ? 'in no role yet, so nobody gets it' : shortened(roles);

export function readingText({ reading, name, connector }: Pick<Draft, 'reading' | 'name' | 'connector'>): string {
  const read = Directory.safeParse({ ...reading, name, connector });
  if (!read.success) return 'not as it should be';
  const { schedule, authoritative, join } = read.data;
  const says = authoritative ? 'suspended or gone there means leaving' : 'nobody leaves because of it';
  return `every ${schedule}; ${says}; joined by ${join.join(', ')}`;
}

const most = 6;
const shortened = (texts: readonly string[]): string =>
  texts.length <= most ? texts.join(', ') : `${texts.slice(0, most).join(', ')} and ${texts.length - most} more`;
