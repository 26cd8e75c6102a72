import { createHash } from 'node:crypto';
import type { Operation } from './model.ts';

/**
 * Canonical JSON: object keys sorted by code unit, no white space, `undefined` members left out.
 * Equal values give equal texts whatever order their keys were written in (after RFC 8785, for our value types).
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical JSON, hexadecimal. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** The hash an approval is bound to: exactly what will be done, and no times (design.md, *Decided once*). */
export function operationHash(
  operation: Pick<Operation, 'person' | 'app' | 'remoteId' | 'kind' | 'before' | 'after' | 'revision'>,
): string {
  const { person, app, remoteId, kind, before, after, revision } = operation;
  return digestOf({ v: 1, person, app, remoteId, kind, before, after, revision });
}

/** A stable shard of `count` for an id; the same for ever. */
export function shardOf(id: string, count: number): number {
  return Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 8), 16) % count;
}

/** The challenge of a verifier, of the method S256 (RFC 7636 section 4.2). */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
