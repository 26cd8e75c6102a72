import type { Approval, Intention } from '../../core/approval-model.ts';
import type { Actor, Person, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { forget, intentionOf, patience } from '../../core/sign-in.ts';
import { fold, textOf, valuesOf } from '../../core/text.ts';
import type { Deps } from '../ports.ts';
import { type BoundKeys, boundKeys } from '../secret/bound-keys.ts';
import type { DecideInput, DecideOutcome } from '../use-cases.ts';
import { aboutText } from './asked-about.ts';
import type { DecideDeps } from './decide.ts';

/** Makes the intention of a press, and the link its presser signs in by. Null where there is no address for it. */
export type SignInLinks = {
  intention(input: DecideInput, at: Time): Intention;
  link(approval: string, intention: Intention): string;
};

type LinkDeps = Pick<Deps, 'sealer' | 'random'> & { publicUrl?: string };

export function signInLinks(deps: LinkDeps): SignInLinks | null {
  const { publicUrl } = deps;
  if (publicUrl === undefined) return null;
  return {
    intention: ({ actor, decision, reason, only, edition }, at) => ({
      ...{ person: actor.id, decision, reason, only: only ?? null, edition, at, expires: at + patience },
      nonce: Buffer.from(deps.random.bytes(16)).toString('base64url'),
    }),
    link: (approval, { nonce }) => `${publicUrl}/step-up/${tokenOf(deps, approval, nonce)}`,
  };
}

const marked = (approval: string, nonce: string): string => `step-up:${approval}:${nonce}`;
const tokenOf = ({ sealer }: Pick<Deps, 'sealer'>, approval: string, nonce: string): string =>
  [Buffer.from(approval).toString('base64url'), nonce, sealer.mark(marked(approval, nonce))].join('.');

/** What the page of a link shows. */
export type SignInPage = { decision: 'approve' | 'reject'; about: string };
/** What one sign-in is bound to, when it was pressed, and the first address of whoever pressed, null where the directories know none. */
export type SignInKeys = BoundKeys & { since: Time; email: string | null };
/** Who signed in and when, as the provider has said and signed. */
export type SignedIn = { emails: readonly string[]; at: Time };

/** The steps of a sign-in, for the web. Null: a link that is wrong, used or over, and never which. */
export type SignIn = {
  signInPage(token: string): Promise<SignInPage | null>;
  signInKeys(token: string): Promise<SignInKeys | null>;
  /** The press counts now, judged anew; or the sign-in came to nothing, and a sentence says why. */
  signedIn(token: string, who: SignedIn | { failed: string }): Promise<DecideOutcome | null>;
};

type SignInDeps = DecideDeps & Pick<Deps, 'sealer'>;
type Decide = (input: DecideInput) => Promise<DecideOutcome>;

export const signIn = (deps: SignInDeps, decide: Decide): SignIn => ({
  async signInPage(token) {
    const found = await find(deps, token);
    return found === null ? null : { decision: found.intention.decision, about: await aboutText(deps, found.approval) };
  },
  async signInKeys(token) {
    const found = await find(deps, token);
    if (found === null) return null;
    const person = await deps.store.people.get(found.intention.person);
    const email = person === null ? null : textOf(person.attributes, 'email');
    return { ...boundKeys(deps, token), since: found.intention.at, email };
  },
  signedIn: (token, who) => finish(deps, decide, token, who),
});

type Found = { approval: Approval; intention: Intention };

/** The open intention this token is of. */
async function find(deps: SignInDeps, token: string): Promise<Found | null> {
  const [id = '', nonce = '', mark = ''] =
    /^([\w-]{1,400})\.([\w-]{10,40})\.([\w-]{20,100})$/.exec(token)?.slice(1) ?? [];
  const approval = id === '' ? null : await deps.store.approvals.get(Buffer.from(id, 'base64url').toString());
  if (approval === null || !deps.sealer.isMark(marked(approval.id, nonce), mark)) return null;
  const intention = intentionOf(approval, nonce, deps.clock.now());
  return intention === null ? null : { approval, intention };
}

async function finish(
  deps: SignInDeps,
  decide: Decide,
  token: string,
  who: SignedIn | { failed: string },
): Promise<DecideOutcome | null> {
  const found = await find(deps, token);
  if (found === null) return null;
  const { approval, intention } = found;
  const person = await deps.store.people.get(intention.person);
  const why = 'failed' in who ? who.failed : notTheirs(person, who);
  if (why !== null || person === null) return drop(deps, found, why ?? 'nobody is known by this press');
  const { decision, reason, only, edition, nonce } = intention;
  return decide({
    ...{ approval: approval.id, edition, decision, reason, actor: person, signedIn: nonce },
    ...(only !== null && { only }),
  });
}

/** Whoever signed in has to be the person who pressed, by an address of theirs in the directories. */
function notTheirs(person: Person | null, { emails }: SignedIn): string | null {
  const own = person === null ? [] : valuesOf(person.attributes, 'email').map(fold);
  return emails.some((email) => own.includes(fold(email))) ? null : 'somebody else signed in than pressed';
}

/** One link, one sign-in: whatever came of it, the next one needs another press. */
async function drop(deps: SignInDeps, { approval, intention }: Found, why: string): Promise<DecideOutcome> {
  const at = deps.clock.now();
  const person = await deps.store.people.get(intention.person);
  const name = person === null ? intention.person : nameOf(person);
  const actor: Actor = { kind: 'person', person: intention.person, name, via: 'slack' };
  await deps.store.approvals.swap([{ before: approval, after: forget(approval, intention, why, actor, at) }]);
  deps.bell.ring('publisher');
  return {
    result: 'refused',
    why: 'sign-in',
    approval,
    text: `Nothing was decided: ${why}. Press again in Slack to try once more.`,
  };
}
