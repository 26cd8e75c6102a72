import type { Approval } from '../../core/approval-model.ts';
import { type Erasing, erasureMark, withoutPerson } from '../../core/erasure.ts';
import type { Login } from '../../core/login-model.ts';
import type { AccountView, Person, Versioned } from '../../core/model.ts';
import type { Secret } from '../../core/password.ts';
import type { Proposal } from '../../core/proposal.ts';
import { fold } from '../../core/text.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';
import type { Documents } from '../store-ports.ts';

const page = 500;
type StoreOnly = Pick<Deps, 'store'>;

/**
 * Takes the person out of every document that is not their own: their name wherever they acted, decided or voted, and where others
 * wrote about them. What is planned for other people stays as it is: their directory tells it anew. Answers how many were changed.
 */
export async function eraseElsewhere(deps: StoreOnly, erasing: Erasing): Promise<number> {
  const { people, logins, approvals, health, pauses, delegations, digests, drafts, proposals } = deps.store;
  const { namedSecrets, pushTokens, signOns, signingKeys, accounts } = deps.store;
  const named: Erasing = { ...erasing, words: [] };
  let count = 0;
  count += await sweep(people, (one) => without(withoutWritten(one, erasing), named));
  count += await sweep(logins, (one) => without(withoutAnswer(one, erasing), named));
  count += await sweep(signingKeys, (one) => without(one, named));
  await forgetDigests(deps, erasing);
  const texts = [
    health,
    pauses,
    delegations,
    digests,
    drafts,
    namedSecrets,
    pushTokens,
    signOns,
  ] as unknown as Documents<Versioned>[];
  for (const documents of texts) count += await sweep(documents, (one) => without(one, erasing));
  count += await sweep(approvals, (one) => without(ownReason(one, erasing), erasing));
  count += await sweep(proposals, (one) => without(one, isOver(one) ? erasing : named));
  await accounts.forgetDecider(erasing.person, erasureMark);
  await eraseStates(deps, erasing);
  return count;
}

/** What somebody wrote about another person, who stays. */
function withoutWritten(person: Person, erasing: Erasing): Person {
  const stop = withoutPerson(person.stop, erasing);
  const grants = withoutPerson(person.grants, erasing);
  if (stop === person.stop && grants === person.grants) return person;
  return { ...person, stop, ...(grants !== undefined && { grants }) };
}

/** What an app answered about another account; the operation stays, and its hash does not cover this. */
function withoutAnswer(login: Login, erasing: Erasing): Login {
  const { operation } = login;
  const trouble = withoutPerson(operation?.trouble ?? null, erasing);
  if (operation === null || trouble === operation.trouble) return login;
  return { ...login, operation: { ...operation, trouble } };
}

/** The document of somebody's digest is called as the configuration called them, which names them no more. */
async function forgetDigests({ store }: StoreOnly, { words }: Erasing): Promise<void> {
  const names = words.map(fold);
  const states = await store.digests.page(null, page);
  for (const { id } of states) if (names.includes(fold(id))) await store.digests.forget(id);
}

const isOver = ({ state }: Proposal): boolean => state !== 'open';

/** What was written about a request of theirs is theirs, whatever it says. */
const ownReason = (approval: Approval, { person }: Erasing): Approval =>
  approval.person === person && approval.reason !== null ? { ...approval, reason: erasureMark } : approval;

/** Events that wait in a document stay as they are: their digests are made. */
function without<T extends Versioned>(document: T, erasing: Erasing): T {
  const { outbox, id, version, ...fields } = document;
  return { ...withoutPerson(fields, erasing), outbox, id, version } as unknown as T;
}

async function sweep<T extends Versioned>(documents: Documents<T>, change: (document: T) => T): Promise<number> {
  let count = 0;
  let after: string | null = null;
  for (;;) {
    const found: T[] = await documents.page(after, page);
    if (found.length === 0) return count;
    after = found.at(-1)?.id ?? null;
    for (const document of found) if ((await write(documents, document, change)) !== null) count += 1;
  }
}

const write = <T extends Versioned>(documents: Documents<T>, first: T, change: (document: T) => T): Promise<T | null> =>
  changeNewest(documents, first, (newest) => {
    const after = change(newest);
    return isSame(after, newest) ? null : { ...after, version: newest.version + 1 };
  });

const isSame = <T extends Versioned>(a: T, b: T): boolean =>
  Object.keys(a).every((key) => a[key as keyof T] === b[key as keyof T]);

/** The last reads of the directories may quote them, and the configuration says who changed it last. */
async function eraseStates({ store }: StoreOnly, erasing: Erasing): Promise<void> {
  const stored = await store.config.read();
  for (const { name } of stored?.config.directories ?? []) {
    const state = await store.directories.get(name);
    const problems = state === null ? [] : withoutPerson(state.problems, erasing);
    if (state !== null && problems !== state.problems) await store.directories.put({ ...state, problems });
  }
  const by = stored === null ? null : withoutPerson(stored.by, { ...erasing, words: [] });
  if (stored !== null && by !== null && by !== stored.by) await store.config.replace(stored.edition, { ...stored, by });
}

/** The person's logins and passwords, blank. An account that is suspended keeps its id in the app: it is to stay closed. */
export async function eraseOwn(deps: StoreOnly, person: string): Promise<number> {
  let count = 0;
  for (const login of await deps.store.logins.byPeople([person]))
    if (await write(deps.store.logins, login, blankLogin)) count += 1;
  for (const secret of await deps.store.secrets.ofPeople([person]))
    if (await write(deps.store.secrets, secret, blankSecret)) count += 1;
  return count;
}

/** The same login where it is blank already. */
function blankLogin(login: Login): Login {
  const { wish, observed, account, remoteId } = login;
  const isThere = account === 'active' || account === 'suspended';
  const bare = { attributes: {}, entitlements: {} };
  const next: Login = {
    ...login,
    wish:
      wish === null || wish.reasons.length === 0
        ? wish
        : { state: wish.state, cause: wish.cause, ...bare, reasons: [] },
    observed: observed === null || !isThere ? null : blankView(observed),
    remoteId: isThere ? remoteId : null,
    operation: null,
    intent: null,
    chosen: null,
    pin: null,
    releasedBy: null,
    ...(login.signOn !== undefined && { signOn: blankSignOn(login.signOn) }),
    ...(login.knownAs !== undefined && login.knownAs.length > 0 && { knownAs: [] }),
    ...emptied(login),
  };
  return next;
}

/** When and how often they signed on tells nothing without them, nor who closed the account; what was said of them goes. */
function blankSignOn(signOn: NonNullable<Login['signOn']>): NonNullable<Login['signOn']> {
  const [made, wished] = [blankView(signOn.made), blankView(signOn.wished)];
  const { closed } = signOn;
  if (made === signOn.made && wished === signOn.wished && (closed?.note ?? null) === null) return signOn;
  return { ...signOn, made, wished, ...(closed !== undefined && { closed: { ...closed, note: null } }) };
}

const blankView = <T extends AccountView>(view: T): T =>
  Object.keys(view.attributes).length + Object.keys(view.entitlements).length === 0
    ? view
    : { ...view, attributes: {}, entitlements: {} };

type Lists = Pick<Login, 'owned' | 'candidates' | 'dropped' | 'former' | 'accepted'>;
/** Lists that are empty stay the same ones. */
function emptied({ owned, candidates, dropped, former, accepted }: Lists): Lists {
  const none = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? list : []);
  return {
    ...{ owned: none(owned), candidates: none(candidates), dropped: none(dropped) },
    ...{ former: none(former), accepted: none(accepted) },
  };
}

const blankSecret = (secret: Secret): Secret =>
  secret.sealed === null && secret.page === null
    ? secret
    : { ...secret, sealed: null, page: null, waiting: [], delivered: [], nextAt: null };
