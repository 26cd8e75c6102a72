import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import type { Search } from './search.ts';
import { openSession, type Session } from './session.ts';
import type { TargetConnection } from './target-config.ts';

/** One call of the contract: a signed-in connection of its own, and what bounds it. */
export type Visit = { session: Session; config: TargetConnection; name: string; now: number; signal: AbortSignal };

/** Where accounts are. */
export const accountBase = ({ config, session }: Pick<Visit, 'config' | 'session'>): string =>
  config.base ?? session.root.domain;

/**
 * A connection for one call. Where a base of the connection is not there, nothing follows for any account: none of them is missing.
 * @throws ConnectorError
 */
export async function openVisit(
  config: TargetConnection,
  context: ConnectorContext,
  signal: AbortSignal,
): Promise<Visit> {
  const session = await openSession(config, context, signal);
  const bases = [config.base, config.groupBase, session.root.domain];
  const explained = (error: unknown, { base }: Search): unknown =>
    error instanceof ConnectorError && error.kind === 'missing' && bases.includes(base)
      ? noBase(context.name, base)
      : error;
  return {
    session: {
      ...session,
      all: (search, until) =>
        session.all(search, until).catch((error: unknown) => {
          throw explained(error, search);
        }),
      pages: async function* (search, size, until) {
        try {
          yield* session.pages(search, size, until);
        } catch (error) {
          throw explained(error, search);
        }
      },
    },
    ...{ config, name: context.name, now: context.now(), signal },
  };
}

const noBase = (app: string, base: string) =>
  new ConnectorError('unavailable', 'none', `${app} has no ${base}, or does not show it.`, {
    remedy: 'Correct base or groupBase in the connection, or let the service account read there.',
  });

/** Does the work over a connection that ends with it. @throws ConnectorError */
export async function visiting<Result>(
  config: TargetConnection,
  context: ConnectorContext,
  signal: AbortSignal,
  work: (visit: Visit) => Promise<Result>,
): Promise<Result> {
  const visit = await openVisit(config, context, signal);
  try {
    return await work(visit);
  } finally {
    visit.session.close();
  }
}

/** Of a call that only reads: whatever is thrown changed nothing. */
export function ofReading(error: unknown, name: string): ConnectorError {
  if (error instanceof ConnectorError) return error;
  return new ConnectorError('bug', 'none', `The connector of Active Directory failed on ${name}.`, { cause: error });
}
