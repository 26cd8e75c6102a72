import { withFilled } from '../../core/connection-form.ts';
import type { Authorization, Granted } from '../../core/connector.ts';
import { changed, type Draft, type Result, type StepName } from '../../core/draft.ts';
import { grantField, grantorDigest, nameFor, placeholderOf } from '../../core/draft-connection.ts';
import { connectorOf } from '../../core/draft-steps.ts';
import { ConnectorError, RollcallError, refused } from '../../core/errors.ts';
import { challengeOf } from '../../core/hash.ts';
import { ended } from '../../core/text.ts';
import { boundKeys, isStateOf } from '../secret/bound-keys.ts';
import type { AuthenticationOutcome, ByPerson } from './connecting.ts';
import { connectAside } from './draft-aside.ts';
import { claimPage, openPage, type PageGround, pageOf, wantAddress } from './draft-page.ts';
import { callbackOf, changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';
import { keepSecret, takenNames } from './keep-secret.ts';

/** Longest the exchange of a code may take, milliseconds. */
const exchangeDeadline = 15_000;

/** A link by which this person authenticates at the app; it stands on the draft's card, for an hour, once. */
export async function openAuthentication(deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> {
  wantAddress(deps);
  const { steps } = viewOf(deps, await openDraft(deps, id), await freshWorld(deps));
  const step = steps.find(({ name }) => name === 'authenticate');
  if (step === undefined)
    throw refused('no-authentication', 'nobody has to authenticate for this', 'Go on with the next step.');
  if (step.state === 'blocked') throw refused('too-early', `this comes ${step.text}`, 'Take that step first.');
  await openPage(deps, id, 'authenticate', actor);
  return {
    text: 'Press *Authenticate* on the card in your direct messages: the link works once, for an hour, and is for you alone.',
  };
}

/** The link stands there by itself where authenticating is what comes next; where no pages are served, the step says so. */
export async function offerAuthentication(deps: DraftDeps, id: string, actor: ByPerson): Promise<void> {
  if (deps.publicUrl === undefined) return;
  const { next } = viewOf(deps, await openDraft(deps, id), await freshWorld(deps));
  if (next === 'authenticate') await openPage(deps, id, 'authenticate', actor);
}

/** Where the browser goes from a link, and the state it has to come back with; looking uses nothing up. */
export async function startAuthentication(
  deps: DraftDeps,
  token: string,
): Promise<{ address: string; state: string } | { failed: string } | null> {
  const ground = await pageOf(deps, token, 'authenticate');
  if (ground === null) return null;
  const { state, verifier } = boundKeys(deps, token);
  const redirect = callbackOf(wantAddress(deps));
  try {
    const address = await withAuthorization(deps, ground.draft, async (authorization) =>
      authorization.address({ redirect, state, challenge: challengeOf(verifier) }),
    );
    return { address, state };
  } catch (error) {
    return { failed: failureText(error) };
  }
}

/** What the browser brought back, as the app has sent it. */
type Brought = { state: string; code: string | null; error: string | null };

/** Used once, whatever comes of it: the code is changed for what is kept, or a sentence says why not. */
export async function finishAuthentication(
  deps: DraftDeps,
  token: string,
  brought: Brought,
): Promise<AuthenticationOutcome | null> {
  const ground = isStateOf(deps, token, brought.state) ? await pageOf(deps, token, 'authenticate') : null;
  if (ground === null || !(await claimPage(deps, ground))) return null;
  const { draft } = ground;
  const title = draft.title ?? draft.name;
  const { code, error } = brought;
  if (code === null) return fail(deps, ground, `${ended(refusalText(error, title))} Nothing was kept.`);
  try {
    const redirect = callbackOf(wantAddress(deps));
    const { verifier } = boundKeys(deps, token);
    const granted = await withAuthorization(deps, draft, (authorization) =>
      authorization.exchange({ redirect, code, verifier }, deps.clock.deadline(exchangeDeadline)),
    );
    const text = await keep(deps, ground, granted);
    return { result: 'authenticated', title, text };
  } catch (error) {
    return fail(deps, ground, failureText(error));
  }
}

/** What an app says by its code of an error (RFC 6749 section 4.1.2.1). Its own description is anybody's text, and not repeated. */
function refusalText(error: string | null, title: string): string {
  const texts: Readonly<Record<string, string>> = {
    access_denied: `access to ${title} was not granted: the sign-in was cancelled, or whoever signed in may not grant it`,
    invalid_scope: `${title} does not know the scopes that were asked for: see the scope of the connection`,
    unauthorized_client: `${title} does not let this client authenticate so: see how Rollcall was registered there`,
    unsupported_response_type: `${title} does not know authorization codes`,
    invalid_request: `${title} did not understand what it was asked: see the client id and the redirect addresses it knows`,
    server_error: `${title} could not do it just now: try again`,
    temporarily_unavailable: `${title} could not do it just now: try again`,
  };
  const known = error === null ? undefined : texts[error];
  const code = (error ?? '').replace(/[^\w.-]/g, '').slice(0, 60);
  return known ?? `${title} sent back no code${code === '' ? '' : `, but ${code}`}`;
}

/** No message of a connector holds a secret. */
function failureText(error: unknown): string {
  if (error instanceof ConnectorError && error.kind === 'auth') return ended(capital(error.message));
  if (error instanceof ConnectorError || (error instanceof RollcallError && error.next !== 'crash'))
    return `${ended(capital(error.message))} ${error.remedy}`;
  throw error;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The draft's app without what is still to be granted, for as long as the work goes on. */
async function withAuthorization<T>(
  deps: DraftDeps,
  draft: Draft,
  work: (authorization: Authorization) => Promise<T>,
): Promise<T> {
  const field = grantField(connectorOf(draft, await freshWorld(deps)), draft.connection);
  const connection = field === null ? draft.connection : withFilled(draft.connection, field.path, undefined);
  const aside = await connectAside(deps, { ...draft, connection });
  if (draft.kind === 'directory') return work(wanted(aside.directory(draft.name).authorization?.()));
  const { target } = aside.target(draft.name);
  try {
    return await work(wanted(target.authorization?.()));
  } finally {
    target.close?.();
  }
}

function wanted(authorization: Authorization | null | undefined): Authorization {
  if (authorization) return authorization;
  throw refused('no-authentication', 'nobody has to authenticate for this', 'Go on with the next step.');
}

/** Sealed, under the name the connection has for it. Answers a sentence without anything secret in it. */
async function keep(deps: DraftDeps, { draft, world, by }: PageGround, granted: Granted): Promise<string> {
  const field = grantField(connectorOf(draft, world), draft.connection);
  if (field === null) throw refused('changed', 'the connection was changed meanwhile', 'Authenticate once more.');
  const isTaken = await takenNames(deps, world.config);
  const name = draft.names[field.path] ?? nameFor(draft.name, field.path, draft.names, isTaken);
  await keepSecret(deps, draft, { name, value: granted.grant, by });
  await deps.book.follow();
  const text = grantedText(granted, by, deps.clock.now());
  const of = grantorDigest(draft.connection, field);
  await noted(deps, draft.id, by, { of, ok: true, text }, (current) => ({
    connection: withFilled(current.connection, field.path, placeholderOf(name)),
    names: { ...current.names, [field.path]: name },
    tested: null,
  }));
  return ended(text);
}

function grantedText({ as, missing }: Granted, { name }: ByPerson, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  const short = missing.length === 0 ? '' : `; not granted: ${missing.slice(0, 10).join(', ').slice(0, 300)}`;
  return as === null
    ? `Authenticated on ${day} by ${name}${short}`
    : `Authenticated as ${as.slice(0, 120)} on ${day} by ${name}${short}`;
}

async function fail(deps: DraftDeps, { draft, by }: PageGround, text: string): Promise<AuthenticationOutcome> {
  await noted(deps, draft.id, by, { of: '', ok: false, text }, () => ({}));
  return { result: 'failed', title: draft.title ?? draft.name, text };
}

/** On the card, whichever way it went. */
async function noted(
  deps: DraftDeps,
  id: string,
  by: ByPerson,
  result: Omit<Result, 'at'>,
  more: (current: Draft) => Partial<Draft>,
): Promise<void> {
  const at = deps.clock.now();
  await changeDraft(deps, id, (current) => {
    const saved = [...new Set<StepName>([...current.saved, 'authenticate'])];
    const change = { ...more(current), saved, authenticated: { ...result, at } };
    return changed(current, change, by, at, { type: 'authenticated', message: result.text });
  });
  deps.bell.ring('publisher');
}
