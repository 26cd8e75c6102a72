import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { Discovery, DiscoveryRow, GovernanceDeps } from './governance.ts';

export async function discover(_deps: GovernanceDeps, _app: string): Promise<Discovery> {
  throw broken('not-built', 'discover is not built yet');
}

export async function* discoveryRows(_deps: GovernanceDeps, _app: string): AsyncGenerator<DiscoveryRow> {
  yield* [];
  throw broken('not-built', 'discoveryRows is not built yet');
}

export async function triage(
  _deps: GovernanceDeps,
  _app: string,
  _remoteId: string,
  _act: 'leave' | 'ask',
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'triage is not built yet');
}
