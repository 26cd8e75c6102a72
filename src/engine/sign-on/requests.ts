import type { Config } from '../../core/config.ts';
import { RollcallError } from '../../core/errors.ts';
import { type EventDraft, makeEvent, system } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { AuthnRequest, SentRequest } from '../../core/saml.ts';
import { requestFrom, type SignOn } from '../../core/sign-on.ts';
import { type Judged, judge } from '../../core/sign-on-request.ts';
import { record } from '../publisher.ts';
import { addresses } from './addresses.ts';
import type { SignOnDeps } from './deps.ts';
import { posted } from './issue.ts';
import { samlOf, signingKey } from './keys.ts';
import { type SamlApp, samlApp } from './right.ts';
import type { SignOnOutcome, SignOns } from './sign-ons.ts';
import { tokenOf } from './token.ts';

/** Where the browser is: in words for its person, and the network it is in. */
type Where = { from: string; network: string };
type Taken = Awaited<ReturnType<SignOns['takeSignOnRequest']>>;

/** @throws RollcallError `saml-request` (show), `no-address` (show) */
export async function takeRequest(deps: SignOnDeps, sent: SentRequest, where: Where): Promise<Taken> {
  const apps = samlApps(deps, (await deps.store.config.read())?.config ?? null);
  const ofIssuer = (issuer: string) => apps.find(({ saml }) => saml.entityId === issuer);
  const request = await read(deps, sent, ofIssuer);
  const app = ofIssuer(request.issuer);
  if (app === undefined) return refuse(deps, null, 'it comes from an app that is not set up for sign-on here');
  const judged = judge(request, app.saml, { destination: addresses(deps).signOn, now: deps.clock.now() });
  if (judged.result === 'refused') return refuse(deps, app, judged.why);
  if (judged.result === 'denied') return deny(deps, app, request, judged);
  return begin(deps, app, request, { acs: judged.acs, ...where });
}

/** Those whose addresses are known: one that lacks a value stops no other. */
const samlApps = (deps: SignOnDeps, config: Config | null): SamlApp[] =>
  (config?.apps ?? []).flatMap((app) => samlApp(deps, app) ?? []);

/** What cannot be read, or has a wrong signature, is told of as every refusal is, with the app it says it is from. */
async function read(deps: SignOnDeps, sent: SentRequest, ofIssuer: (issuer: string) => SamlApp | undefined) {
  let app: SamlApp | undefined;
  try {
    return samlOf(deps).readRequest(sent, (issuer) => {
      app = ofIssuer(issuer);
      return app?.saml.certificates ?? [];
    });
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'saml-request')
      await tell(deps, app ?? null, error.message.replace(/[.]$/, ''));
    throw error;
  }
}

/** A request is begun once: its id is the document's, and whoever brings it again comes too late. */
async function begin(
  deps: SignOnDeps,
  app: SamlApp,
  request: AuthnRequest,
  { acs, from, network }: Where & { acs: string },
): Promise<Taken> {
  const secret = Buffer.from(deps.random.bytes(32)).toString('base64url');
  const begun = {
    ...{ id: requestId(app, request), app: app.name, at: deps.clock.now() },
    nonce: Buffer.from(deps.random.bytes(16)).toString('base64url'),
  };
  const asked = { id: request.id, acs, relayState: request.relayState };
  const browser = { browser: digestOf(secret), from: from.slice(0, 300), network };
  const signOn = requestFrom(begun, { request: asked, ...browser });
  if (!(await deps.store.signOns.insert([signOn])).has(signOn.id))
    return refuse(deps, app, 'it was brought before: start again in the app');
  return { result: 'asks', token: tokenOf(deps, signOn), browser: secret, expires: signOn.expires };
}

const requestId = ({ saml }: SamlApp, { id }: AuthnRequest): string =>
  `r-${digestOf({ entityId: saml.entityId, id }).slice(0, 40)}`;

async function deny(
  deps: SignOnDeps,
  app: SamlApp,
  request: AuthnRequest,
  { acs, subcode, message }: Extract<Judged, { result: 'denied' }>,
): Promise<SignOnOutcome> {
  const denial = {
    ...{ issuer: addresses(deps).entityId, acs, inResponseTo: request.id, subcode, message, at: deps.clock.now() },
    id: `_${Buffer.from(deps.random.bytes(20)).toString('hex')}`,
  };
  await tell(deps, app, refusedFor(message));
  const xml = samlOf(deps).deny(denial, await signingKey(deps));
  const answered = { request: { id: request.id, acs, relayState: request.relayState } };
  return { result: 'post', title: app.title ?? app.name, posting: posted(xml, acs, answered) };
}

async function refuse(deps: SignOnDeps, app: SamlApp | null, why: string): Promise<SignOnOutcome> {
  await tell(deps, app, refusedFor(why));
  const title = app === null ? 'an app' : (app.title ?? app.name);
  const text = `The request of ${title} cannot be answered: ${why}.`;
  return { result: 'refused', title, text };
}

const hour = 3_600_000;

const refusedFor = (why: string): string => `a request for a sign-on was refused: ${why}`;

/** Of a request nobody stands behind yet: once an hour for each app and reason, so that no stranger fills the events. */
async function tell(deps: SignOnDeps, app: SamlApp | null, what: string): Promise<void> {
  const at = deps.clock.now();
  const name = app?.name ?? null;
  const id = `sign-on-refused:${digestOf({ name, what }).slice(0, 16)}:${Math.floor(at / hour)}`;
  const message = `${what}; told once an hour`;
  await record(deps, makeEvent({ type: 'sign-on.refused', message, actor: system('sign-on'), app: name }, id, at));
}

/** Somebody came with a link that is good no more, or that is another browser's. Told once for each. */
export async function tellMisuse(
  deps: SignOnDeps,
  signOn: SignOn,
  what: 'again' | 'late' | 'elsewhere',
): Promise<void> {
  const draft: EventDraft = {
    ...{ type: 'sign-on.misused', message: misuse[what], actor: system('sign-on') },
    ...{ app: signOn.app, person: signOn.whose?.person ?? null },
  };
  await record(deps, makeEvent(draft, `${signOn.id}:${what}`, deps.clock.now()));
}

const misuse = {
  again: 'a link to sign on that was used or refused before was tried again',
  late: 'a link to sign on was tried after its time',
  elsewhere: 'a sign-on was tried from another browser than the one it began in',
} as const;
