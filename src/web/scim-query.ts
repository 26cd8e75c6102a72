import type { Request } from 'express';
import { pages } from '../core/scim/discovery.ts';
import { badRequest } from '../core/scim/error.ts';
import { isList, isTree, type Json, memberOf } from '../core/scim/json.ts';
import { type Projection, readProjection } from '../core/scim/projection.ts';
import { checkSchemas } from '../core/scim/resource.ts';
import { urns } from '../core/scim/schema.ts';
import type { Search } from '../engine/inbound/search.ts';

/** The search an address asks for, RFC 7644 section 3.4.2. @throws ScimError `invalidValue` */
export function asked({ query }: Pick<Request, 'query'>): Search {
  const filter = textOf(query.filter, 'filter');
  return {
    filter: filter === null || filter.trim() === '' ? null : filter,
    startIndex: numberOf(textOf(query.startIndex, 'startIndex'), 'startIndex') ?? 1,
    count: numberOf(textOf(query.count, 'count'), 'count') ?? pages.usual,
  };
}

/** What is shown of the answer. @throws ScimError `invalidValue` */
export const projectionOf = ({ query }: Pick<Request, 'query'>): Projection =>
  readProjection(
    [textOf(query.attributes, 'attributes') ?? []].flat(),
    [textOf(query.excludedAttributes, 'excludedAttributes') ?? []].flat(),
  );

/** The same from the body of a search, RFC 7644 section 3.4.3. @throws ScimError */
export function askedIn(body: Json): { search: Search; projection: Projection } {
  if (!isTree(body)) throw badRequest('invalidSyntax', 'A search is a JSON object.');
  checkSchemas(body, urns.search);
  const text = (name: string) => textOf(memberOf(body, name) ?? undefined, name);
  const filter = text('filter');
  return {
    search: {
      filter: filter === null || filter.trim() === '' ? null : filter,
      startIndex: numberOf(memberOf(body, 'startIndex') ?? null, 'startIndex') ?? 1,
      count: numberOf(memberOf(body, 'count') ?? null, 'count') ?? pages.usual,
    },
    projection: readProjection(namesIn(memberOf(body, 'attributes')), namesIn(memberOf(body, 'excludedAttributes'))),
  };
}

const namesIn = (value: Json | undefined): string[] =>
  value === undefined || value === null ? [] : isList(value) ? value.map(String) : [String(value)];

function textOf(value: unknown, name: string): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') throw badRequest('invalidValue', `${name} is given once, as a text.`);
  return value;
}

function numberOf(value: Json, name: string): number | null {
  if (value === null || value === '') return null;
  const number = typeof value === 'string' && /^[+-]?\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw badRequest('invalidValue', `${name} is a whole number.`);
  return number;
}
