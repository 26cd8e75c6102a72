import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import type { Refused } from '../_http.ts';

const GraphError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().optional().catch(undefined),
    details: z
      .array(z.object({ code: z.string().optional().catch(undefined) }))
      .nullish()
      .catch(undefined),
  }),
});
type GraphError = z.infer<typeof GraphError>['error'];

const errorIn = (body: unknown): GraphError | undefined => GraphError.safeParse(body).data?.error;

/** The sentence of a refusal with its code, by which an admin finds it in Microsoft's pages. */
export function detailOf(body: unknown): string | undefined {
  const error = errorIn(body);
  if (error === undefined) return undefined;
  return error.message ? `${error.message} (${error.code})` : error.code;
}

/** A state token Graph no longer takes: everything is to be read anew. */
export class Resync extends ConnectorError {}

/** A query Graph does not take; another way to ask may do. */
export class BadQuery extends ConnectorError {}

/** It takes it for no value of this property. */
export class UnsupportedQuery extends BadQuery {}

const resyncCodes = /^(syncState\w*|resync\w*|Directory_ExpiredPageToken|Directory_ResyncRequired)$/i;
const busyCodes = /^(Directory_ConcurrencyViolation|ConcurrencyViolation|Request_Conflict)$/i;
const throttleCodes = /^(TooManyRequests|Request_ThrottledTemporarily|activityLimitReached)$/i;

/** What a refusal of Graph's stands for: its code knows more than its status. */
export function refusalOf({ status, body, writes }: Refused, usual: ConnectorError): ConnectorError {
  const error = errorIn(body);
  const again = (kind: 'unavailable' | 'throttled') => new ConnectorError(kind, 'none', usual.message, waitOf(usual));
  if (status === 410) return new Resync('unavailable', 'none', usual.message);
  // Without a code of Graph's it is something in front of it that speaks, and says nothing of anybody.
  if (error === undefined) return usual.kind === 'missing' || status === 400 ? again('unavailable') : usual;
  const { code } = error;
  if (resyncCodes.test(code)) return new Resync('unavailable', 'none', usual.message);
  if (throttleCodes.test(code)) return again('throttled');
  if (busyCodes.test(code)) return again('unavailable');
  if (code === 'Request_UnsupportedQuery') return new UnsupportedQuery('rejected', 'none', usual.message);
  if (status === 400 && !writes) return new BadQuery('rejected', 'none', usual.message);
  if (isTaken(error)) return new ConnectorError('conflict', 'none', usual.message);
  if (status === 403 && writes && code === 'Authorization_RequestDenied') return denied(usual);
  return usual;
}

const waitOf = ({ retryAfter }: ConnectorError) => (retryAfter === undefined ? {} : { retryAfter });

const isTaken = ({ code, message = '', details }: GraphError): boolean =>
  code === 'Request_BadRequest' &&
  (details?.some((one) => one.code === 'ObjectConflict') === true ||
    /another object with the same value/i.test(message));

/** One person's account, not the whole tenant: an administrator's is out of reach of an app without a role. */
const denied = ({ message }: ConnectorError) =>
  new ConnectorError('rejected', 'none', message, {
    remedy:
      'Give the app registration the permission this change needs, with admin consent; for accounts that hold an administrator role it needs a role of its own (docs/entra-id.md).',
  });
