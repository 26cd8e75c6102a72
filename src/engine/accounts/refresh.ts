import type { EntitlementValue } from '../../core/connector.ts';
import {
  danglingEntitlements,
  differenceOf,
  type NamedEntitlement,
  namedEntitlements,
} from '../../core/entitlement-use.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import type { Actor } from '../../core/model.ts';
import type { GovernanceDeps, Progress, RefreshReport } from '../governance.ts';
import { appNamed, titleOf } from '../named-app.ts';
import { record } from '../publisher.ts';
import { type AppWorld, loadWorld } from '../world.ts';
import { importEntitlements } from './entitlement-list.ts';

/** Reads longer than this are given up; large apps take minutes. */
const readDeadline = 30 * 60_000;
const namesShown = 5;

/**
 * Imports the app's entitlement values and says what is new, what is gone, and what the configuration still names of it. One
 * refresh of an app at a time; one that ends halfway leaves the old list.
 * @throws RollcallError `unknown-app`, `no-entitlements`; ConnectorError when the values could not be read to their end.
 */
export async function refresh(
  deps: GovernanceDeps,
  name: string,
  actor: Actor,
  progress?: Progress,
): Promise<RefreshReport> {
  const world = await loadWorld(deps);
  const app = appNamed(world, name);
  if (app.capabilities.entitlements !== true) {
    throw refused(
      'no-entitlements',
      `${titleOf(app)} has no entitlements that could be read`,
      'Nothing is to be done: its connector writes plain attributes only.',
    );
  }
  await deps.store.accounts.wantRefresh(name, { by: actor, at: deps.clock.now() });
  return deps.exclusive(`entitlements:${name}`, () => refreshNow(deps, app, actor, progress));
}

/** Goes on with a refresh whose process ended before it was done; one that failed has told so, and is not repeated. */
export async function resumeRefresh(deps: GovernanceDeps, name: string): Promise<void> {
  if ((await deps.store.accounts.wantedRefresh(name)) === null) return;
  await deps.exclusive(`entitlements:${name}`, async () => {
    const wanted = await deps.store.accounts.wantedRefresh(name);
    const app = (await loadWorld(deps)).apps.get(name);
    if (wanted !== null && app !== undefined) await refreshNow(deps, app, wanted.by);
  });
}

async function refreshNow(
  deps: GovernanceDeps,
  world: AppWorld,
  actor: Actor,
  progress?: Progress,
): Promise<RefreshReport> {
  try {
    return await importNow(deps, world, actor, progress);
  } finally {
    await deps.store.accounts.wantRefresh(world.app.name, null);
  }
}

async function importNow(
  deps: GovernanceDeps,
  world: AppWorld,
  actor: Actor,
  progress?: Progress,
): Promise<RefreshReport> {
  const { name } = world.app;
  const before = await deps.store.accounts.entitlements(name);
  const found = await importEntitlements(deps, name, deps.clock.deadline(readDeadline), progress);
  const after = await deps.store.accounts.entitlements(name);
  const { added, gone } = differenceOf(before, after);
  const dangling = danglingEntitlements(namedEntitlements(world.app, world.attributes), before, after);
  const text = [summary(titleOf(world), found, added, gone), ...warning(dangling)].join(' ');
  const event = { type: 'app.refreshed', message: text, actor, app: name };
  await record(deps, makeEvent(event, deps.random.id('e'), deps.clock.now()));
  return { app: name, found, added: added.length, gone: gone.length, text };
}

function summary(
  title: string,
  found: number,
  added: readonly EntitlementValue[],
  gone: readonly EntitlementValue[],
): string {
  const values = found === 1 ? 'entitlement value' : 'entitlement values';
  if (added.length + gone.length === 0) return `${title} has ${found} ${values}, the same as before.`;
  const parts = [said(added, 'new'), said(gone, 'gone')].filter((part) => part !== null);
  return `${title} has ${found} ${values}: ${parts.join(', ')}.`;
}

function said(values: readonly EntitlementValue[], word: string): string | null {
  if (values.length === 0) return null;
  return `${values.length} ${word} (${listed(values.map(({ value }) => value))})`;
}

function listed(names: readonly string[]): string {
  const more = names.length - namesShown;
  return [...names.slice(0, namesShown), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** What would fail, or silently give nothing, at the next change of whoever it is meant for. */
function warning(dangling: readonly NamedEntitlement[]): string[] {
  if (dangling.length === 0) return [];
  const names = dangling.map(({ target, value, place }) => `${target}: ${value} (${place})`);
  return [
    `The configuration still names what the app does not have: ${listed(names)}. Correct it, or add it in the app.`,
  ];
}
