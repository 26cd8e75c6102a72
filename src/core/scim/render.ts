import { isTree, type Tree } from './json.ts';
import type { Pushed } from './pushed.ts';
import { resourceTypes } from './schema.ts';

/** A group somebody is in. */
export type InGroup = { id: string; name: string };

export const etagOf = ({ version }: Pick<Pushed, 'version'>): string => `W/"${version + 1}"`;

export const locationOf = (base: string, { id, kind }: Pick<Pushed, 'id' | 'kind'>): string =>
  `${base}/${resourceTypes[kind].endpoint}/${id}`;

const iso = (time: number): string => new Date(time).toISOString();

/** The whole resource as a client sees it. `base`: our address; `groups`: those of a person. */
export function rendered(pushed: Pushed, base: string, groups: readonly InGroup[]): Tree {
  const { id, kind, resource, members, createdAt, changedAt } = pushed;
  const { schema } = resourceTypes[kind];
  const meta = {
    ...{ resourceType: kind, created: iso(createdAt), lastModified: iso(changedAt) },
    ...{ location: locationOf(base, pushed), version: etagOf(pushed) },
  };
  return {
    schemas: [schema.urn, ...Object.keys(resource).filter((key) => /^urn:/i.test(key) && isTree(resource[key]))],
    id,
    ...resource,
    ...(members.length > 0 && { members: members.map((value) => memberShown(value, base)) }),
    ...(groups.length > 0 && { groups: groups.map((group) => groupShown(group, base)) }),
    meta,
  };
}

const memberShown = (value: string, base: string) => ({ value, $ref: `${base}/Users/${value}`, type: 'User' });
const groupShown = ({ id, name }: InGroup, base: string) => ({
  ...{ value: id, display: name, $ref: `${base}/Groups/${id}`, type: 'direct' },
});
