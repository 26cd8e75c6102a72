import type { Config } from './config.ts';
import { grantEnds } from './grant.ts';
import { mappedOf } from './mapping.ts';
import type { Person, Time } from './model.ts';
import { membershipEnds } from './role.ts';
import { endOf, startOf } from './stay.ts';

/**
 * When time itself changes what the person should have: an app makes their account, they start, are gone, a membership by
 * hand or access they asked for ends, whichever of those still to come is next. Null: never.
 */
export function wakeAt(person: Pick<Person, 'attributes' | 'grants'>, config: Config, now: Time): Time | null {
  const { attributes } = mappedOf(person, config);
  const ahead = new Set([0, ...config.apps.map(({ provisioning }) => provisioning.createDaysBefore)]);
  const moments = [
    ...[...ahead].map((days) => startOf(attributes, config.settings, days)),
    endOf(attributes, config.settings)?.at ?? null,
    ...membershipEnds(person, config),
    ...grantEnds(person, config),
  ];
  const coming = moments.filter((moment) => moment !== null && moment > now);
  return coming.reduce<Time | null>((least, time) => (least === null || (time ?? least) < least ? time : least), null);
}
