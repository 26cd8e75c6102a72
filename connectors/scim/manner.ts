import { z } from 'zod';
import type { Rate, TargetShape } from '../../src/core/connector.ts';
import { attributesIn, parametersIn } from './attributes.ts';
import { Options, type ScimConnection } from './connection.ts';
import { type Manner, type Profile, standard } from './profile.ts';
import { type ProfileName, profileNames, profiles } from './profiles/index.ts';

type Chosen = Pick<ScimConnection, 'profile' | 'options'>;

export const profileOf = (name: ProfileName): Profile => profiles[name];

/** How the app of a connection speaks: the standard, as its profile departs from it, as its own options do. */
export function mannerOf({ profile, options }: Chosen): Manner {
  const { title: _title, address: _address, sources: _sources, ...vendor } = profileOf(profile);
  const known: Manner = { ...standard, ...vendor };
  const { userUpdate = known.userUpdate, patchPath = known.patchPath, opCase = known.opCase } = options;
  const { booleans = known.booleans, groups = known.groups, externalId = known.externalId } = options;
  const { callsPerSecond } = options;
  const { members: change = known.members.change, delete: deletes = known.delete, suspend, pageSize = 100 } = options;
  return {
    ...known,
    ...{ userUpdate, patchPath, opCase, booleans, groups, externalId, delete: deletes },
    inactive: suspend === undefined ? known.inactive : suspend ? 'suspended' : 'removed',
    members: { ...known.members, change },
    rate: callsPerSecond === undefined ? known.rate : rateOf(callsPerSecond),
    paging: { ...known.paging, most: Math.min(pageSize, known.paging.most) },
  };
}

/** Fewer than one a second are so many in a longer time. */
function rateOf(callsPerSecond: number): Rate {
  const calls = Math.max(1, Math.floor(callsPerSecond));
  return { all: { calls, seconds: calls / callsPerSecond, burst: calls } };
}

/** As it stands in a file or on a form: unfinished, with `${NAME}` in it, or wrong. What cannot be read is as by default. */
const Sketch = z.looseObject({
  profile: z.enum(profileNames).catch('generic'),
  options: Options.catch(() => Options.parse({})),
});

/** What the app of a connection can do and hold. */
export function shapeOf(connection: Readonly<Record<string, unknown>>): TargetShape {
  const chosen = Sketch.parse({ profile: 'generic', options: {}, ...connection });
  const manner = mannerOf(chosen);
  return {
    title: profileOf(chosen.profile).title,
    capabilities: {
      suspend: manner.inactive === 'suspended',
      delete: manner.delete,
      entitlements: manner.groups,
      password: manner.password,
    },
    attributes: attributesIn(manner),
    parameters: parametersIn(manner),
    ...(manner.rate !== null && { rate: manner.rate }),
    remarks: manner.remarks,
  };
}
