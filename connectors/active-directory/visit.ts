import { type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import { openSession, type Session } from './session.ts';
import type { TargetConnection } from './target-config.ts';

/** One call of the contract: a signed-in connection of its own, and what bounds it. */
export type Visit = { session: Session; config: TargetConnection; name: string; now: number; signal: AbortSignal };

/** Where accounts are. */
export const accountBase = ({ config, session }: Pick<Visit, 'config' | 'session'>): string =>
  config.base ?? session.root.domain;

/** Does the work over a connection that ends with it. @throws ConnectorError */
export async function visiting<Result>(
  config: TargetConnection,
  context: ConnectorContext,
  signal: AbortSignal,
  work: (visit: Visit) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(config, context, signal);
  try {
    return await work({ session, config, name: context.name, now: context.now(), signal });
  } finally {
    session.close();
  }
}

/** Of a call that only reads: whatever is thrown changed nothing. */
export function ofReading(error: unknown, name: string): ConnectorError {
  if (error instanceof ConnectorError) return error;
  return new ConnectorError('bug', 'none', `The connector of Active Directory failed on ${name}.`, { cause: error });
}
