import type { Settings } from '../core/settings-schema.ts';
import type { Alarm } from './alarm.ts';

/** Looks every minute whether a digest is due; when that is stands in our own documents. No alarm when none is wanted. */
export const digest = (settings: Pick<Settings, 'digest'>, run: Alarm['run'], every = 60_000): Alarm[] =>
  settings.digest === undefined ? [] : [{ name: 'digest', every, run }];
