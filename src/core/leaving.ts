import type { AppConfig } from './app-schema.ts';
import type { Config } from './config.ts';
import { recordedStatus, statusReason } from './join.ts';
import { mappedOf } from './mapping.ts';
import type { Attributes, Cause, Person, Reason, Time, Wish } from './model.ts';
import { type End, endOf } from './stay.ts';
import { stopReason } from './stop.ts';

/** What the app's setting makes of an account whose person leaves, is suspended or lost the role. */
export const stateAfter = { suspend: 'suspended', delete: 'deleted', nothing: 'kept' } as const;

export type Leaving = { state: Wish['state']; cause: Cause; reason: Reason };

/**
 * Why the person leaves the app, and what becomes of an account there; null for somebody who works here. Whoever is disabled by
 * name is suspended even where the app's settings would do nothing.
 */
export function leavingOf(person: Person, app: AppConfig, config: Config, now: Time): Leaving | null {
  if (person.stop === null) return leavingBy(person.status, person, app, config, now);
  const recorded = leavingBy(recordedStatus(person, config.directories), person, app, config, now);
  if (recorded !== null && recorded.state !== 'kept') return recorded;
  return { state: 'suspended', cause: 'suspended', reason: stopReason(person.stop) };
}

function leavingBy(
  status: Person['status'],
  person: Person,
  app: AppConfig,
  config: Config,
  now: Time,
): Leaving | null {
  const { onDelete, onSuspend } = app.provisioning;
  if (status === 'left') return { state: stateAfter[onDelete], cause: 'left', reason: said(person, config) };
  const { attributes } = mappedOf(person, config);
  const end = endOf(attributes, config.settings);
  if (end !== null && end.at <= now)
    return { state: stateAfter[onDelete], cause: 'left', reason: ended(attributes, end, config) };
  if (status === 'suspended') return { state: stateAfter[onSuspend], cause: 'suspended', reason: said(person, config) };
  return null;
}

/** When the person's last day was over; null: there is none, or it is still to come. */
export function endedAt(person: Person, config: Config, now: Time): Time | null {
  const end = endOf(mappedOf(person, config).attributes, config.settings);
  return end !== null && end.at <= now ? end.at : null;
}

/** Gone or suspended, by status or because the last day is over. */
export const isLeaving = (person: Person, config: Config, now: Time): boolean =>
  person.status !== 'active' || endedAt(person, config, now) !== null;

/** The day of a moment, as people read it. */
export const dayWord = (time: Time): string => new Date(time).toISOString().slice(0, 10);

const said = (person: Person, config: Config): Reason => statusReason(person, config.directories);
const ended = (attributes: Attributes, end: End, config: Config): Reason => {
  const date = String(attributes.endDate);
  const longest = config.settings.contractors?.longest ?? '';
  const because = end.capped
    ? `contractors stay ${longest} at most, and those have passed: the end date ${date} is too far away`
    : `the end date ${date} has passed`;
  return { kind: 'status', name: 'endDate', because };
};
