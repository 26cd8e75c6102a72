import { z } from 'zod';
import { ConnectorError, type EntitlementValue } from '../../src/core/connector.ts';
import type { Graph } from './graph.ts';

/** How long an id is believed: short, for a group called otherwise must not be given under its old name. */
const believed = 60_000;

const Row = z.looseObject({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  mailEnabled: z.boolean().nullish(),
  securityEnabled: z.boolean().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});
const Sku = z.looseObject({
  skuId: z.string().min(1),
  skuPartNumber: z.string().min(1),
  appliesTo: z.string().nullish(),
});

const properties = 'id,displayName,groupTypes,onPremisesSyncEnabled,mailEnabled,securityEnabled,isAssignableToRole';

/**
 * May Rollcall change who is in it? Members of a dynamic group follow its rule, those of a synchronised one its domain, those of a
 * distribution list Exchange; and a group that can hold administrator roles is no ordinary access.
 */
function isOffered(group: z.infer<typeof Row>): boolean {
  const types = group.groupTypes ?? [];
  const isOpen = types.includes('Unified') || (group.securityEnabled === true && group.mailEnabled !== true);
  return (
    isOpen &&
    !types.includes('DynamicMembership') &&
    group.onPremisesSyncEnabled !== true &&
    group.isAssignableToRole !== true
  );
}

/** What there is to give: ids by name and names by id. */
export type Catalogue = {
  all(signal: AbortSignal): AsyncGenerator<EntitlementValue[], void, void>;
  /** @throws ConnectorError where there is none of that name, or several */
  idOf(name: string, signal: AbortSignal): Promise<string>;
  /** Names by id of all there are, read anew when they are old. */
  names(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** What was known of it is wrong. */
  forget(): void;
};

type Words = { target: string; one: string; remedy: string };

function catalogueOf(
  read: (signal: AbortSignal) => AsyncGenerator<EntitlementValue[], void, void>,
  app: string,
  now: () => number,
  { one, remedy }: Words,
): Catalogue {
  let known: { names: Map<string, string>; at: number } | null = null;
  const names = async (signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
    if (known !== null && now() - known.at < believed) return known.names;
    const found = new Map<string, string>();
    for await (const page of read(signal)) for (const { remoteId, value } of page) found.set(remoteId, value);
    known = { names: found, at: now() };
    return found;
  };
  return {
    all: read,
    names,
    idOf: async (name, signal) => {
      const ids = [...(await names(signal))].flatMap(([id, value]) => (value === name ? [id] : []));
      const [id] = ids;
      if (id !== undefined && ids.length === 1) return id;
      const count = ids.length === 0 ? `no ${one}` : `${ids.length} ${one}s called`;
      throw new ConnectorError('rejected', 'none', `${app} has ${count} "${name}".`, { remedy });
    },
    forget: () => {
      known = null;
    },
  };
}

export function groupCatalogue(graph: Graph, app: string, now: () => number): Catalogue {
  const place = { path: ['groups'], query: { $select: properties, $top: '999' } };
  async function* read(signal: AbortSignal) {
    for await (const { rows } of graph.pages(place, signal))
      yield rowsOf(rows, Row, app)
        .filter(isOffered)
        .map(
          (group): EntitlementValue => ({ target: 'groups', value: group.displayName || group.id, remoteId: group.id }),
        );
  }
  return catalogueOf(read, app, now, {
    ...{ target: 'groups', one: 'group' },
    remedy:
      'Create the group in Entra ID or correct its name in the parameter or rule that gives it, then retry. Dynamic, synchronised and role-assignable groups cannot be given, nor several of one name.',
  });
}

export function licenceCatalogue(graph: Graph, app: string, now: () => number): Catalogue {
  async function* read(signal: AbortSignal) {
    for await (const { rows } of graph.pages({ path: ['subscribedSkus'], query: {} }, signal))
      yield rowsOf(rows, Sku, app)
        .filter(({ appliesTo }) => appliesTo == null || appliesTo === 'User')
        .map((sku): EntitlementValue => ({ target: 'licences', value: sku.skuPartNumber, remoteId: sku.skuId }));
  }
  return catalogueOf(read, app, now, {
    ...{ target: 'licences', one: 'licence' },
    remedy: 'Buy the licence for the tenant, or correct its name in the parameter or rule that gives it, then retry.',
  });
}

/** A list is whole or it is none: what is left out of it would look like access lost. */
export function rowsOf<Schema extends z.ZodType>(
  rows: readonly unknown[],
  schema: Schema,
  app: string,
): z.infer<Schema>[] {
  const read = z.array(schema).safeParse(rows);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const what = `${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not as expected'}`;
  throw new ConnectorError('unavailable', 'none', `${app} gave a list that could not be read (${what}).`);
}
