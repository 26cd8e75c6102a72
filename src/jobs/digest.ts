import type { Settings } from '../core/config.ts';
import type { Alarm } from './alarm.ts';

/** Sends the digest at its time of day, in its own zone; no alarm when none is set. */
export function digest(settings: Pick<Settings, 'digest'>, run: Alarm['run']): Alarm[] {
  if (settings.digest === undefined) return [];
  const { at, timezone } = settings.digest;
  const [hour, minute] = at.split(':').map(Number);
  return [{ name: 'digest', every: `${minute} ${hour} * * *`, timezone, run }];
}
