import { broken } from '../core/errors.ts';
import type { Time } from '../core/model.ts';
import type { AccessRow, GovernanceDeps, Holding } from './governance.ts';

export async function whoHad(_deps: GovernanceDeps, _app: string, _at: Time): Promise<Holding[]> {
  throw broken('not-built', 'whoHad is not built yet');
}

export async function* accessReview(_deps: GovernanceDeps, _app: string | null): AsyncGenerator<AccessRow> {
  yield* [];
  throw broken('not-built', 'accessReview is not built yet');
}
