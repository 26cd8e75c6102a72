import type { AppConfig, Config } from './config.ts';
import { statusReason } from './join.ts';
import { mappedOf } from './mapping.ts';
import type { Attributes, Cause, Person, Reason, Time, Wish } from './model.ts';
import { type End, endOf } from './stay.ts';

/** What the app's setting makes of an account whose person leaves, is suspended or lost the role. */
export const stateAfter = { suspend: 'suspended', delete: 'deleted', nothing: 'kept' } as const;

export type Leaving = { state: Wish['state']; cause: Cause; reason: Reason };

/** Why the person leaves the app, and what becomes of an account there; null for somebody who works here. */
export function leavingOf(person: Person, app: AppConfig, config: Config, now: Time): Leaving | null {
  const { onDelete, onSuspend } = app.provisioning;
  if (person.status === 'left') return { state: stateAfter[onDelete], cause: 'left', reason: said(person, config) };
  const { attributes } = mappedOf(person, config);
  const end = endOf(attributes, config.settings);
  if (end !== null && end.at <= now)
    return { state: stateAfter[onDelete], cause: 'left', reason: ended(attributes, end, config) };
  if (person.status === 'suspended')
    return { state: stateAfter[onSuspend], cause: 'suspended', reason: said(person, config) };
  return null;
}

const said = (person: Person, config: Config): Reason => statusReason(person, config.directories);
const ended = (attributes: Attributes, end: End, config: Config): Reason => {
  const date = String(attributes.endDate);
  const longest = config.settings.contractors?.longest ?? '';
  const because = end.capped
    ? `contractors stay ${longest} at most, and those have passed: the end date ${date} is too far away`
    : `the end date ${date} has passed`;
  return { kind: 'status', name: 'endDate', because };
};
