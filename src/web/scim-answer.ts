import type { Response } from 'express';
import { listOf } from '../core/scim/discovery.ts';
import type { Tree } from '../core/scim/json.ts';
import { everything, type Projection, projected } from '../core/scim/projection.ts';
import type { Shown } from '../engine/inbound/resources.ts';

const sendJson = (response: Response, body: unknown): void =>
  void response.type('application/scim+json').send(JSON.stringify(body));

/** A resource with its version; nothing but 304 where the client has that version. */
export function sendShown(
  response: Response,
  { resource, etag }: Shown,
  projection: Projection,
  ifNoneMatch: string | null = null,
): void {
  response.set('ETag', etag);
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  const isKnown = ifNoneMatch?.split(',').some((tag) => bare(tag) === bare(etag)) ?? false;
  if (isKnown) response.status(304).end();
  else sendJson(response, projected(resource, projection));
}

/** Some of what was found, or all of it. */
export function sendFound(
  response: Response,
  resources: readonly object[],
  { total, start }: { total: number; start: number } = { total: resources.length, start: 1 },
  projection: Projection = everything,
): void {
  const shown = resources.map((resource) => projected(resource as Tree, projection));
  sendJson(response, listOf(shown, total, start));
}
