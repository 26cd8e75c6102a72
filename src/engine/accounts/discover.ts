import type { ListedAccount } from '../../core/connector.ts';
import { nameOf } from '../../core/name.ts';
import { claimed, isOwnerless, situationOf } from '../../core/situation.ts';
import { byText } from '../../core/text.ts';
import type { Discovery, DiscoveryRow, GovernanceDeps } from '../governance.ts';
import { appNamed, titleOf } from '../named-app.ts';
import { type AppWorld, loadWorld, type World } from '../world.ts';
import { isOld } from './list-app.ts';
import { asEnabled, type Surveyed, survey } from './survey.ts';

const pageSize = 500;

type Ground = { deps: GovernanceDeps; world: World; app: AppWorld; claims: ReadonlyMap<string, number> };

/**
 * The accounts of an app held against our people, counted; nothing is changed in the app, and no login is made. Works before
 * provisioning is enabled: that is what it is for.
 * @throws RollcallError `unknown-app`; ConnectorError when the accounts could not be read.
 */
export async function discover(deps: GovernanceDeps, name: string): Promise<Discovery> {
  const ground = await prepare(deps, name);
  const counts: Counts = {
    matched: {},
    ambiguous: 0,
    unmatched: 0,
    ownerless: 0,
    managed: 0,
    collisions: 0,
    deleted: 0,
  };
  for await (const { row, managed } of rowsOn(ground)) count(counts, row, managed);
  const accounts = await countAccounts(ground);
  const { collisions, deleted, last, ...told } = counts;
  const { enabled } = ground.world.apps.get(name)?.app.provisioning ?? { enabled: false };
  const requests = await adoptionsAsked(deps, name);
  return { app: name, accounts, ...told, enabled, requests, text: textOf(titleOf(ground.app), accounts, counts) };
}

/** Requests looked through for those about adoptions. */
const mostOpen = 1_000;

async function adoptionsAsked({ store }: GovernanceDeps, name: string): Promise<Discovery['requests']> {
  const open = await store.approvals.open(mostOpen);
  return open
    .filter(({ app, operationKind }) => app === name && operationKind === 'adopt')
    .map(({ id, foundBy, operations }) => ({ foundBy, approval: id, operations }))
    .sort((a, b) => b.operations - a.operations || byText(a.approval, b.approval));
}

/** One row for each account without an owner, and for each person who has, should have or could have an account there. */
export async function* discoveryRows(deps: GovernanceDeps, name: string): AsyncGenerator<DiscoveryRow> {
  for await (const { row } of rowsOn(await prepare(deps, name))) yield row;
}

async function prepare(deps: GovernanceDeps, name: string): Promise<Ground> {
  const world = await loadWorld(deps);
  const app = appNamed(world, name);
  if (isOld(app.app, await deps.store.accounts.listedAt(name), world.now)) await deps.listApp(name);
  const claims = new Map<string, number>();
  for await (const page of survey(deps, world, asEnabled(app))) for (const standing of page) claimed(claims, standing);
  return { deps, world, app: asEnabled(app), claims };
}

type Found = { row: DiscoveryRow; managed: boolean };

async function* rowsOn(ground: Ground): AsyncGenerator<Found> {
  for await (const page of accountPages(ground)) {
    for (const account of await ownerlessIn(ground, page)) {
      yield { row: { ...nobody, situation: 'ownerless', ...shown(account) }, managed: false };
    }
  }
  for await (const page of survey(ground.deps, ground.world, ground.app)) yield* await rowsOf(ground, page);
}

const nobody = { person: null, personName: null, foundBy: null };
const shown = ({ remoteId, userName, emails }: ListedAccount) => ({
  remoteId,
  userName: userName ?? emails[0] ?? null,
});

async function* accountPages({ deps, app }: Ground): AsyncGenerator<ListedAccount[]> {
  let after: string | null = null;
  for (;;) {
    const page: ListedAccount[] = await deps.store.accounts.list(app.app.name, after, pageSize);
    if (page.length === 0) return;
    after = page.at(-1)?.remoteId ?? null;
    yield page;
  }
}

async function countAccounts(ground: Ground): Promise<number> {
  let count = 0;
  for await (const page of accountPages(ground)) count += page.length;
  return count;
}

/** Nobody claims them, no login holds them, and nobody decided to leave them. */
async function ownerlessIn({ deps, app, claims }: Ground, page: readonly ListedAccount[]): Promise<ListedAccount[]> {
  const free = page.filter(({ remoteId }) => isOwnerless(remoteId, claims));
  const ids = free.map(({ remoteId }) => remoteId);
  const held = new Set((await deps.store.logins.byAccount(app.app.name, ids)).map(({ remoteId }) => remoteId));
  const left = await deps.store.accounts.left(app.app.name, ids);
  return free.filter(({ remoteId }) => !held.has(remoteId) && !left.has(remoteId));
}

/** Several candidates are several rows of one person. */
async function rowsOf({ deps, app, claims }: Ground, page: readonly Surveyed[]): Promise<Found[]> {
  const held = page.flatMap((one) => (one.held === null ? [] : [one.held]));
  const accounts = new Map((await deps.store.accounts.many(app.app.name, held)).map((one) => [one.remoteId, one]));
  const listed = new Set(accounts.keys());
  return page.flatMap((one): Found[] => {
    const situation = situationOf(one, claims, listed);
    if (situation === null) return [];
    const who = { person: one.person.id, personName: nameOf(one.person), foundBy: one.foundBy };
    const own = one.held === null ? one.found : [accounts.get(one.held) ?? vanished(one.held)];
    const managed = situation === 'linked' && one.login?.provenance !== 'unmanaged';
    const about = own.length === 0 ? [{ remoteId: null, userName: null }] : own.map(shown);
    return about.map((account) => ({ row: { ...who, situation, ...account }, managed }));
  });
}

const vanished = (remoteId: string): ListedAccount => ({
  ...{ remoteId, active: false, attributes: {}, entitlements: {}, externalId: null, userName: null, emails: [] },
});

type Counts = Omit<Discovery, 'app' | 'accounts' | 'text' | 'matched' | 'enabled' | 'requests'> & {
  matched: Record<string, number>;
  collisions: number;
  deleted: number;
  /** Whose several candidates were counted last: they follow each other. */
  last?: string | null;
};

function count(counts: Counts, { situation, foundBy, person }: DiscoveryRow, managed: boolean): void {
  if (situation === 'ownerless') counts.ownerless += 1;
  if (situation === 'unmatched') counts.unmatched += 1;
  if (situation === 'collision') counts.collisions += 1;
  if (situation === 'deleted') counts.deleted += 1;
  if (situation === 'disputed' && counts.last !== person) counts.ambiguous += 1;
  if (situation === 'unlinked' && foundBy !== null) counts.matched[foundBy] = (counts.matched[foundBy] ?? 0) + 1;
  if (managed) counts.managed += 1;
  counts.last = person;
}

function textOf(title: string, accounts: number, counts: Counts): string {
  const { matched, ambiguous, unmatched, ownerless, managed, collisions, deleted } = counts;
  const found = Object.entries(matched).map(
    ([by, number]) => `${number} by ${Object.hasOwn(byWords, by) ? byWords[by] : by}`,
  );
  const parts = [
    managed > 0 ? `${managed} managed` : null,
    found.length > 0 ? `found for one person each: ${found.join(', ')}` : null,
    ambiguous > 0 ? `${people(ambiguous)} with several candidates` : null,
    collisions > 0 ? `${people(collisions)} whose account could be somebody else’s` : null,
    unmatched > 0 ? `${people(unmatched)} without an account` : null,
    deleted > 0 ? `${accountsOf(deleted)} gone that we knew` : null,
    ownerless > 0 ? `${accountsOf(ownerless)} of nobody we know` : null,
  ].filter((part) => part !== null);
  const summary = parts.length === 0 ? 'nothing to decide' : parts.join('; ');
  return `${title} has ${accountsOf(accounts)}: ${summary}. Nothing was changed.`;
}

const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;
const accountsOf = (count: number): string => `${count} ${count === 1 ? 'account' : 'accounts'}`;
const byWords: Readonly<Record<string, string>> = { externalId: 'our id', userName: 'user name', email: 'e-mail' };
