import type { ListedAccount } from '../../core/connector.ts';
import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import type { GovernanceDeps } from '../governance.ts';
import { appNamed, titleOf } from '../named-app.ts';
import { record } from '../publisher.ts';
import { type AppWorld, loadWorld, type World } from '../world.ts';

/**
 * What becomes of an account without an owner: `leave` it for good, so that no discovery lists it again, or `ask` the app's owners
 * whose it is. Either way the account stays as it is.
 * @throws RollcallError `unknown-app`, `unknown-account`, `has-owner`, `no-owners`.
 */
export async function triage(
  deps: GovernanceDeps,
  name: string,
  remoteId: string,
  act: 'leave' | 'ask',
  actor: Actor,
): Promise<{ text: string }> {
  const world = await loadWorld(deps);
  const app = appNamed(world, name);
  const account = await orphanOf(deps, app, remoteId);
  return act === 'leave' ? leave(deps, app, account, actor) : ask(deps, world, app, account, actor);
}

async function orphanOf({ store }: GovernanceDeps, world: AppWorld, remoteId: string): Promise<ListedAccount> {
  const { name } = world.app;
  const [login] = await store.logins.byAccount(name, [remoteId]);
  if (login !== undefined) {
    const [owner] = await store.people.many([login.person]);
    const whose = owner === undefined ? 'somebody' : nameOf(owner);
    throw refused(
      'has-owner',
      `the account ${remoteId} of ${titleOf(world)} is ${whose}’s`,
      'Disassociate their login first, if that is wrong.',
    );
  }
  const [account] = await store.accounts.many(name, [remoteId]);
  if (account !== undefined) return account;
  throw refused(
    'unknown-account',
    `${titleOf(world)} has no account ${remoteId}`,
    'Look at `/provision discover` for the accounts there are.',
  );
}

/** As people know it: its user name or e-mail, and its id in the app. */
function described({ remoteId, userName, emails }: ListedAccount): string {
  const known = userName ?? emails[0];
  return known === undefined ? remoteId : `${known} (${remoteId})`;
}

async function leave(
  deps: GovernanceDeps,
  world: AppWorld,
  account: ListedAccount,
  actor: Actor,
): Promise<{ text: string }> {
  const { name } = world.app;
  const at = deps.clock.now();
  await deps.store.accounts.leave(name, account.remoteId, { by: actor, at });
  const message = `the account ${described(account)} belongs to nobody we know and is left as it is`;
  // The same id however often it is said: one decision, one event.
  const event = makeEvent(
    { type: 'account.left-alone', message, actor, app: name },
    `left:${name}:${account.remoteId}`,
    at,
  );
  await record(deps, event);
  return { text: `The account ${described(account)} in ${titleOf(world)} is left as it is, and not listed again.` };
}

async function ask(
  deps: GovernanceDeps,
  world: World,
  app: AppWorld,
  account: ListedAccount,
  actor: Actor,
): Promise<{ text: string }> {
  const owners = world.owners(app.app);
  if (owners.length === 0) {
    throw refused(
      'no-owners',
      `${titleOf(app)} has no owners who could be asked`,
      'Name them in the configuration: `owners` of the app.',
    );
  }
  for (const owner of owners) await askOwner(deps, app, account, owner);
  deps.bell.ring('outbox');
  const names = owners.map((owner) => nameOf(owner)).join(', ');
  const message = `${names} asked whose the account ${described(account)} is`;
  const event = { type: 'account.asked', message, actor, app: app.app.name };
  await record(deps, makeEvent(event, deps.random.id('e'), deps.clock.now()));
  return { text: `${names} will be asked in Slack whose the account ${described(account)} in ${titleOf(app)} is.` };
}

async function askOwner(deps: GovernanceDeps, app: AppWorld, account: ListedAccount, owner: Person): Promise<void> {
  const { name } = app.app;
  const title = titleOf(app);
  const state = account.active ? 'active' : 'suspended';
  const body = [
    `Whose is the account ${described(account)} in ${title}? It is ${state}, and belongs to nobody Rollcall knows.`,
    `If you know, tell an admin, who links it with /provision rematch @person ${name}. If it shall stay as it is, an admin leaves it alone.`,
  ].join('\n');
  const item = {
    id: `orphan:${name}:${account.remoteId}:${owner.id}`,
    kind: 'notice' as const,
    subject: account.remoteId,
  };
  await deps.store.outbox.want({ ...item, to: owner.id, body }, deps.clock.now());
}
