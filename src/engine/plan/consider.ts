import { stillAccepted } from '../../core/accepted.ts';
import type { ListedAccount } from '../../core/connector.ts';
import { sameWish, wishFor } from '../../core/desired.ts';
import { undoneByHand } from '../../core/drift.ts';
import { system } from '../../core/event.ts';
import { leavingStep, reminded } from '../../core/grace.ts';
import { type Granted, grantedIn, undecidedCauses } from '../../core/grant.ts';
import { changed, hold, newLogin, replaceOperation, step, waive } from '../../core/login.ts';
import type { Basis, Login } from '../../core/login-model.ts';
import { isExplicitDisable, lossOf } from '../../core/loss.ts';
import type { Actor, Operation, Person, Trouble, Wish } from '../../core/model.ts';
import { isOpen, makeOperation } from '../../core/operation.ts';
import { askerOf, followed, isToBeUnlinked, pinnedWish, unlinked } from '../../core/pin.ts';
import { candidatesFor, type Draft, planAdoption, planLogin } from '../../core/plan.ts';
import { isProtected, isRemoval, needsApproval, verdict } from '../../core/policy.ts';
import { withDropped } from '../../core/rehire.ts';
import { learnt } from '../../core/sign-on-login.ts';
import { asSignedOn, isBySignOn } from '../../core/sign-on-right.ts';
import { goesByName } from '../../core/stop.ts';
import { choosesNone, choosesOne, chosenAccount, goneChoice, notChosen } from '../apply/chosen.ts';
import type { AppWorld, World } from '../world.ts';
import { contestedMatch, refusedAdoption, undecided } from './refusal.ts';

/** What planning one login came to. Operations that need consent or take something away are decided together, later. */
export type Considered =
  /** A newer plan was here already: this one saw an older person or configuration. */
  | { outcome: 'unchanged' | 'stale' }
  | { outcome: 'write'; before: Login | null; login: Login }
  | { outcome: 'ask' | 'removal'; before: Login | null; login: Login; operation: Operation; act: 'go' | 'ask' };

export type Considering = {
  world: World;
  app: AppWorld;
  person: Person;
  login: Login | null;
  /** Accounts of the app the person could already have. */
  accounts: readonly ListedAccount[];
  /** Remote ids that belong to other people's logins. */
  taken: ReadonlySet<string>;
  /** Remote ids that other people without an account are found by as well. */
  contested?: ReadonlySet<string>;
  id(): string;
  /** Plan a failed or rejected operation anew even if nothing changed. */
  again: boolean;
  requester: Actor | null;
  /** The account is the last active one with a privilege that the change would take away. */
  lastAdmin?: boolean;
};

const planner = system('planner');
const hasAccount = (login: Login | null): boolean =>
  login !== null && (login.account === 'active' || login.account === 'suspended');

type Wished = Pick<Considering, 'world' | 'app' | 'person' | 'login'>;

export const wishOf = (of: Wished): Wish => wishUnder(of, grantsOf(of));

/**
 * What the person's account would be if Rollcall provisioned the app, pins included; of somebody who leaves, that there is none. Where
 * accounts are made by sign-on, access that was only asked for counts for nothing: no operation would wait there for anybody's consent.
 */
export function signOnWish(of: Wished): Wish {
  const granted = grantsOf(of);
  const consented = isBySignOn(of.app.app) ? { ...granted, asked: [] } : granted;
  return wishUnder({ ...of, app: { ...of.app, app: asSignedOn(of.app.app) } }, consented);
}

const grantsOf = ({ world, app, person, login }: Wished): Granted =>
  grantedIn(person, app.app.name, login, world.config, world.now);

function wishUnder({ world, app, person, login }: Wished, granted: Granted): Wish {
  const context = {
    config: world.config,
    attributes: app.attributes,
    now: world.now,
    hasAccount: hasAccount(login),
    previous: login?.wish ?? null,
    granted,
  };
  const wish = pinnedWish(wishFor(person, app.app, context), login);
  if (login === null) return wish;
  const leaver = { person, login, app: app.app, config: world.config, now: world.now };
  return withDropped(leavingStep(wish, { ...leaver, suspendsFirst: suspendsFirst(world, app, person) }), login);
}

/** Deleting an account of this person here is asked, and suspending it is not. */
function suspendsFirst({ protectedPeople }: World, { app, capabilities }: AppWorld, person: Person): boolean {
  const asks = (kind: 'suspend' | 'delete') => needsApproval(kind, app, { kind, before: null, after: null }) !== null;
  return capabilities.suspend === true && asks('delete') && !asks('suspend') && !isProtected(person, protectedPeople);
}

/** The wish, then the operation that would fulfil it, then what policy says of it: pure. */
export function consider(considering: Considering): Considered {
  const basis = { revision: considering.person.revision, edition: considering.world.edition };
  const seen = considering.login?.basis ?? null;
  if (seen !== null && (seen.revision > basis.revision || seen.edition > basis.edition)) return { outcome: 'stale' };
  return basedOn(basis, considering.login, plan(considering));
}

/** What goes to the worker says what it was made from, so that the worker sees whether it still holds. */
function basedOn(basis: Basis, login: Login | null, result: Considered): Considered {
  if ('login' in result) return { ...result, login: { ...result.login, basis } };
  const waits = login?.operation?.state === 'approved' && login.basis?.revision !== basis.revision;
  if (login === null || !waits) return result;
  return { outcome: 'write', before: login, login: changed(login, { basis }) };
}

function plan(considering: Considering): Considered {
  const { world, app, person } = considering;
  const wish = wishOf(considering);
  if (considering.login === null && (wish.state === 'none' || wish.state === 'kept')) return { outcome: 'unchanged' };
  if (considering.login?.disassociated) return { outcome: 'unchanged' };
  const before = considering.login;
  const known =
    before === null ? newLogin(person.id, app.app.name, app.app.provisioning.shards) : bySignOn(considering, before);
  const wished = withWish(known, wish);
  const login = reminded(wished, { person, app: app.app, config: world.config, now: world.now });
  if (login.operation?.state === 'applying') return written(before, login);
  const match = matchOf(considering, login, wish);
  const draft = match.draft;
  const next = followed(login);
  if (draft === null) return written(before, atRest(considering, next, wish));
  if (draft.kind === 'create' && refusedAdoption(login.operation) && !choosesNone(login.chosen))
    return written(before, quiet(undecided(login)));
  const operation = operationOf(considering, login, wish, draft, match.foundBy);
  const named = login.operation?.state === 'held' && goesByName(person, operation);
  const isNews = named || saidOnlyNow(login.operation, operation);
  if (!isNews && stands(login.operation, operation, considering.again || undoneByHand(login)))
    return written(before, quiet(next));
  const placed = replaceOperation(next, operation, planner, world.now);
  if (match.trouble !== null)
    return written(before, hold(placed, match.trouble, planner, { candidates: match.candidates }));
  return judged(considering, before, placed, operation, draft);
}

/**
 * An account that sign-on made is told of what changes, and not changed. Where Rollcall provisions the app by now, it is one to be
 * found in the app and taken over like any other.
 */
function bySignOn({ world, app, person }: Considering, login: Login): Login {
  if (login.signOn === undefined || login.provenance !== 'unmanaged' || login.disassociated) return login;
  if (app.app.provisioning.enabled) return changed(login, { account: 'none', provenance: null });
  return learnt(login, signOnWish({ world, app, person, login }), world.now);
}

function withWish(login: Login, wish: Wish): Login {
  if (sameWish(login.wish, wish)) return login;
  return changed(login, { wish, revision: login.revision + 1, accepted: stillAccepted(login.accepted, wish) });
}

/** One compare-and-set however many pure steps there were. */
function written(before: Login | null, login: Login): Considered {
  if (login === before) return { outcome: 'unchanged' };
  return { outcome: 'write', before, login: oneVersion(before, login) };
}

export const oneVersion = (before: Login | null, login: Login): Login => ({
  ...login,
  version: before === null ? 0 : before.version + 1,
});

/** As wished. Where an adoption was undone, the account is now as it was before: it is left alone from here on. */
function atRest({ world }: Considering, login: Login, wish: Wish): Login {
  if (login.pin === null || !isToBeUnlinked(login, wish)) return settled(login, world);
  const message = 'its adoption was undone; the account stays as it is';
  return unlinked(login, { id: `${login.id}:unlinked:${login.pin.at}`, actor: login.pin.by, at: world.now, message });
}

/** Nothing to do: an open operation is superseded, and the worker need not look again. */
function settled(login: Login, world: World): Login {
  if (isOpen(login.operation))
    return step(login, 'supersede', planner, world.now, { login: { nextAt: null, candidates: [] } });
  return quiet(login);
}

function quiet(login: Login): Login {
  const working = login.operation?.state === 'approved' || login.operation?.state === 'applying';
  return working || login.nextAt === null ? login : changed(login, { nextAt: null });
}

type Matched = {
  draft: Draft | null;
  trouble: Trouble | null;
  candidates: readonly string[];
  foundBy?: string;
};

/** Before an account is created, the app's complete list is searched for one that could be this person's. */
function matchOf(considering: Considering, login: Login, wish: Wish): Matched {
  const { world, app, person, accounts, taken, contested } = considering;
  const draft = planLogin({ ...login, candidates: [] }, wish);
  if (draft?.kind !== 'create') return { draft, trouble: null, candidates: [] };
  if (choosesOne(login.chosen)) {
    const account = chosenAccount(login.chosen, accounts, taken);
    if (account === null) return { draft, trouble: goneChoice(login.chosen, world.now), candidates: [] };
    return { draft: planAdoption(wish, account), trouble: null, candidates: [] };
  }
  const free = accounts.filter(({ remoteId }) => !taken.has(remoteId) && !notChosen(login, remoteId));
  const match = candidatesFor(wish, person, free, app.app.provisioning.match);
  if (match.found === 'none') return { draft, trouble: null, candidates: [] };
  if (match.found === 'one') {
    const { account, foundBy } = match;
    const trouble = foundBy !== 'externalId' && contested?.has(account.remoteId) ? contestedMatch(world.now) : null;
    return { draft: planAdoption(wish, account), trouble, candidates: [account.remoteId], foundBy };
  }
  const message = `${match.accounts.length} accounts in the app could be this person's`;
  const trouble = { kind: 'match', message, remedy: 'Choose the right one with *Rematch login*.', at: world.now };
  return { draft, trouble, candidates: match.accounts.map((account) => account.remoteId) };
}

function operationOf(
  considering: Considering,
  login: Login,
  wish: Wish,
  draft: Draft,
  foundBy: string | null = null,
): Operation {
  const { person, app, world } = considering;
  const causes = isRemoval(draft) ? [] : undecidedCauses(person, app.app.name, login, world.config, world.now);
  const asker = causes.at(-1)?.by ?? considering.requester;
  const requester = asker ?? requesterBefore(login.operation, draft);
  return makeOperation(
    {
      ...{ id: considering.id(), person: person.id, app: app.app.name, remoteId: draft.remoteId, kind: draft.kind },
      ...{ before: draft.before, after: draft.after, revision: login.revision, cause: wish.cause },
      requester: requester ?? askerOf(login, wish, draft.kind),
      ...{ explicit: person.said === 'explicit', reasons: wish.reasons, foundBy },
      ...(causes.length > 0 && { grants: causes.map(({ id }) => id) }),
    },
    world.now,
  );
}

/** Who caused what waits for consent causes what takes its place as well; leaving is nobody's wish but the directory's. */
const requesterBefore = (current: Operation | null, draft: Draft): Actor | null =>
  isOpen(current) && !isRemoval(draft) ? current.requester : null;

/**
 * What absence or a lost role once proposed, and was held, asked, refused or failed, a directory or a person now says: it is judged
 * anew as the explicit disable it has become. What is on its way stays.
 */
function saidOnlyNow(current: Operation | null, proposed: Operation): boolean {
  if (current === null || !isExplicitDisable(proposed) || isExplicitDisable(current)) return false;
  return ['awaiting', 'held', 'rejected', 'failed'].includes(current.state);
}

/** What waits, or was refused, for the sake of a request stands for that request only. */
function isAskedAnew(current: Operation, proposed: Operation): boolean {
  const undecided = current.state === 'awaiting' || current.state === 'held' || current.state === 'rejected';
  return undecided && (current.grants ?? []).join() !== (proposed.grants ?? []).join();
}

/** The same change is on its way already, was refused, or was made and not kept by the app: it is not proposed twice. */
function stands(current: Operation | null, proposed: Operation, again: boolean): boolean {
  if (current === null || current.hash !== proposed.hash || isAskedAnew(current, proposed)) return false;
  if (current.state === 'rejected' || current.state === 'failed' || current.state === 'applied') return !again;
  return isOpen(current) && !(again && current.state === 'held');
}

function judged(
  { world, app, person, lastAdmin = false }: Considering,
  before: Login | null,
  placed: Login,
  operation: Operation,
  draft: Draft,
): Considered {
  const { protectedPeople } = world;
  const opinion = verdict({
    draft,
    app: app.app,
    person,
    wish: placed.wish,
    attributes: app.attributes,
    protectedPeople,
    lastAdmin,
    byHand: placed.observed?.byHand === true,
    requested: operation.grants !== undefined,
  });
  if (opinion.act === 'hold') {
    const trouble = {
      kind: 'incomplete',
      message: opinion.why,
      remedy: 'Complete the attribute in the directory, or give the parameter a default.',
      at: world.now,
    };
    return written(before, hold(placed, trouble, planner));
  }
  if (lossOf(operation, app.keys) !== null)
    return { outcome: 'removal', before, login: placed, operation, act: opinion.act };
  if (opinion.act === 'ask') return { outcome: 'ask', before, login: placed, operation, act: 'ask' };
  return written(before, waive(placed, planner, world.now));
}
