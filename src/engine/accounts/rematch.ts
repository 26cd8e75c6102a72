import { refused } from '../../core/errors.ts';
import { makeEvent } from '../../core/event.ts';
import { changed, loginId, newLogin, step } from '../../core/login.ts';
import type { Chosen, Login } from '../../core/login-model.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isOpen } from '../../core/operation.ts';
import { explain } from '../../core/status.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps, MatchCandidate, RematchOutcome } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import { wishOf } from '../plan/consider.ts';
import { reconcilePeople } from '../plan/reconcile.ts';
import { type AppWorld, loadWorld, type World } from '../world.ts';
import { candidatesOf, described, type Linking, lookLive } from './candidate-list.ts';
import { busy } from './disassociate.ts';

const nothing = (text: string): RematchOutcome => ({ result: 'nothing', text });

/**
 * Says which account of the app is a person's. `choice` null: the accounts it could be, each with what linking it would change.
 * A remote id: exactly that account is proposed for adoption, which always asks, and never whoever chose. `none`: none of them is,
 * and a new one may be made. What was chosen holds through every later plan until it is carried out, or chosen anew.
 * @throws RollcallError `unknown-person`, `unknown-app`, `unknown-account`, `held-account`, `busy`; ConnectorError when the app's
 * accounts could not be read.
 */
export async function rematch(
  deps: GovernanceDeps,
  id: string,
  name: string,
  actor: Actor,
  choice: string | null,
): Promise<RematchOutcome> {
  const person = await personNamed(deps, id);
  const world = await loadWorld(deps);
  const app = world.apps.get(name);
  if (app === undefined)
    throw refused('unknown-app', `there is no app named ${name}`, 'See `rollcall config export` for what there is.');
  const login = (await deps.store.logins.get(loginId(id, name))) ?? newLogin(id, name, app.app.provisioning.shards);
  const linked = linkedText(person, login, choice);
  if (linked !== null) return linked;
  const linking = linkingOf(world, app, person, login);
  if (linking.wish.state !== 'active') return nothing(notWished(linking));
  await lookLive(deps, linking, choice === null || choice === 'none' ? [] : [choice]);
  const candidates = await candidatesOf(deps, linking);
  if (choice === null) return toChoose(linking, candidates);
  const circle = await circleOf(world, linking, actor);
  if (choice !== 'none' && circle.length === 0) return nothing(nobodyToAsk(linking));
  const chosen = await chosenOf(deps, linking, candidates, choice, actor);
  await choose(deps, linking, chosen);
  await reconcilePeople(deps, { people: [id], app: name, again: true, requester: actor });
  for (const waiting of ['worker', 'publisher'] as const) deps.bell.ring(waiting);
  return outcomeOf(linking, await deps.store.logins.get(login.id));
}

/** What is linked stays so: it has to be unlinked by name first. */
function linkedText(person: Person, login: Login, choice: string | null): RematchOutcome | null {
  const { app, remoteId, provenance } = login;
  if (login.operation?.state === 'applying') throw busy(person, login);
  if (remoteId === null || login.disassociated || provenance === 'unmanaged' || provenance === null) return null;
  const is = `${nameOf(person)} is linked to account ${remoteId} in ${app} already.`;
  if (choice === remoteId) return { result: 'linked', text: is };
  return nothing(`${is} To link another one, unlink the login first.`);
}

/** The login as it stands without an account, and what would be wished of one. */
function linkingOf(world: World, app: AppWorld, person: Person, login: Login): Linking {
  const free: Login = { ...login, ...withoutAccount };
  return { app, person, login, wish: wishOf({ world, app, person, login: free }) };
}

const withoutAccount = {
  ...{ disassociated: false, account: 'none', remoteId: null, provenance: null, observed: null },
  ...{ owned: [], wish: null, candidates: [], accepted: [], dropped: [] },
} as const satisfies Partial<Login>;

const titleOf = ({ app }: Linking): string => app.app.title ?? app.app.name;

function notWished(linking: Linking): string {
  const why = linking.wish.reasons.at(-1)?.because ?? 'no role gives it';
  return `${nameOf(linking.person)} is not to have an account in ${titleOf(linking)} (${why}): nothing is linked.`;
}

const nobodyToAsk = (linking: Linking): string =>
  `Nobody else may decide about ${nameOf(linking.person)} in ${titleOf(linking)}: linking an account always asks, and never whoever chose it. Name another approver first.`;

function toChoose(linking: Linking, candidates: readonly MatchCandidate[]): RematchOutcome {
  const [name, title] = [nameOf(linking.person), titleOf(linking)];
  if (candidates.length === 0) {
    const text = `No account in ${title} could be ${name}’s. Choose \`none\` to have one made, or name an account by its id.`;
    return { result: 'choose', candidates, text };
  }
  const many = candidates.length === 1 ? 'One account' : `${candidates.length} accounts`;
  return {
    result: 'choose',
    candidates,
    text: `${many} in ${title} may be ${name}’s. Linking is asked before it is done.`,
  };
}

async function circleOf(world: World, { person, app }: Linking, actor: Actor): Promise<string[]> {
  await world.learnManagers([person]);
  return world.circle(person, app.app, actor);
}

async function chosenOf(
  deps: GovernanceDeps,
  linking: Linking,
  candidates: readonly MatchCandidate[],
  choice: string,
  actor: Actor,
): Promise<Chosen> {
  const not = candidates.map(({ remoteId }) => remoteId).filter((remoteId) => remoteId !== choice);
  const at = deps.clock.now();
  if (choice === 'none') return { remoteId: null, not, by: actor, at };
  const listed = await deps.store.accounts.many(linking.app.app.name, [choice]);
  const [account] = await described(deps, linking, listed);
  const title = titleOf(linking);
  if (account === undefined)
    throw refused('unknown-account', `${title} has no account ${choice}`, 'Choose one of the accounts rematch lists.');
  if (account.heldBy !== null)
    throw refused('held-account', `account ${choice} in ${title} is ${account.heldBy}’s`, 'Unlink it there first.');
  return { remoteId: choice, not, by: actor, at };
}

/** The choice is kept with the login, and planned at once; by the worker, should this process end before. */
async function choose(deps: GovernanceDeps, { person, login }: Linking, chosen: Chosen): Promise<void> {
  const id = deps.random.id('e');
  if ((await deps.store.logins.get(login.id)) === null) await deps.store.logins.insert([login]);
  await changeNewest(deps.store.logins, login, (newest) => {
    if (linkedText(person, newest, chosen.remoteId) !== null) return null;
    const { by: actor, at } = chosen;
    const open = isOpen(newest.operation) ? step(newest, 'supersede', actor, at) : newest;
    const draft = { type: 'login.rematched', message: choiceText(chosen), actor, person: login.person, app: login.app };
    const change: Partial<Login> = { ...withoutAccount, chosen, nextAt: at + deps.timings.lease };
    return { ...changed(open, change, [makeEvent(draft, id, at)]), version: newest.version + 1 };
  });
}

const choiceText = ({ remoteId, not }: Chosen): string =>
  remoteId === null
    ? `none of ${not.length} accounts found is theirs: a new one is to be made`
    : `account ${remoteId} is theirs: it is to be linked`;

function outcomeOf(linking: Linking, login: Login | null): RematchOutcome {
  const operation = login?.operation ?? null;
  const [name, title] = [nameOf(linking.person), titleOf(linking)];
  if (login === null || operation === null || !isOpen(operation))
    return nothing(`It is noted, and planned as soon as ${title} can be planned.`);
  const adopts = operation.kind === 'adopt';
  if (operation.state === 'awaiting')
    return {
      result: 'asked',
      text: adopts
        ? `An approver is asked to link account ${operation.remoteId} in ${title} to ${name}.`
        : `An approver is asked to have a new account made for ${name} in ${title}.`,
    };
  if (operation.state === 'held') return nothing(explain(login));
  return { result: 'made', text: `A new account is being made for ${name} in ${title}.` };
}
