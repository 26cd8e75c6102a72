import type { AppConfig, Config } from './config.ts';
import { endOf } from './date.ts';
import { statusReason } from './join.ts';
import type { Cause, Person, Reason, Time, Wish } from './model.ts';

/** What the app's setting makes of an account whose person leaves, is suspended or lost the role. */
export const stateAfter = { suspend: 'suspended', delete: 'deleted', nothing: 'kept' } as const;

export type Leaving = { state: Wish['state']; cause: Cause; reason: Reason };

/** Why the person leaves the app, and what becomes of an account there; null for somebody who works here. */
export function leavingOf(person: Person, app: AppConfig, config: Config, now: Time): Leaving | null {
  const { onDelete, onSuspend } = app.provisioning;
  if (person.status === 'left') return { state: stateAfter[onDelete], cause: 'left', reason: said(person, config) };
  const end = endOf(person.attributes);
  if (end !== null && end <= now) return { state: stateAfter[onDelete], cause: 'left', reason: ended(person) };
  if (person.status === 'suspended')
    return { state: stateAfter[onSuspend], cause: 'suspended', reason: said(person, config) };
  return null;
}

const said = (person: Person, config: Config): Reason => statusReason(person, config.directories);
const ended = (person: Person): Reason => ({
  kind: 'status',
  name: 'endDate',
  because: `the end date ${String(person.attributes.endDate)} has passed`,
});
