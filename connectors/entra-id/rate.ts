import type { Rate } from '../../src/core/connector.ts';

/**
 * What Microsoft Graph takes of one app registration in one tenant (learn.microsoft.com/graph/throttling-limits, *Identity and access
 * service limits*): 3,000 writes in 150 seconds; and 3,500 units in 10 seconds in the smallest tenants, more in larger ones. No request
 * of ours costs more than three units (`groups/{id}/members`, `subscribedSkus`).
 */
export const rate: Rate = {
  ...{ writes: { calls: 3_000, seconds: 150, burst: 50 }, all: { calls: 1_000, seconds: 10, burst: 200 } },
  concurrency: 8,
};

/** A directory and apps with one registration share its quota. */
export const quotaOf = ({
  graph = 'https://graph.microsoft.com',
  tenant,
  clientId,
}: Readonly<Record<string, unknown>>) => [graph, tenant, clientId].join(' ').toLowerCase();
