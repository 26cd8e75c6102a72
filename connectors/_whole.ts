import { type ConnectorContext, ConnectorError } from '../src/core/connector.ts';

/** Called once the app was changed: from there on no failure may pass for "nothing happened". */
export type Mark = () => void;

/** Several requests as one change under one deadline: after the first that changed something, every failure is "unknown". */
export async function whole<Result>(
  { name, deadline }: ConnectorContext,
  signal: AbortSignal,
  work: (mark: Mark, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  let changed = false;
  const mark = () => {
    changed = true;
  };
  try {
    return await work(mark, AbortSignal.any([signal, AbortSignal.timeout(deadline)]));
  } catch (error) {
    if (!(error instanceof ConnectorError))
      throw new ConnectorError('bug', 'unknown', `The connector of ${name} failed.`, { cause: error });
    if (!changed || error.effect === 'unknown') throw error;
    const { kind, message, remedy, retryAfter } = error;
    const kept = { remedy, cause: error, ...(retryAfter === undefined ? {} : { retryAfter }) };
    throw new ConnectorError(kind, 'unknown', `${message} A part of the change was made before.`, kept);
  }
}
