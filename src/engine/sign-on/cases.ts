import { timingSafeEqual } from 'node:crypto';
import { ConnectorError, refused } from '../../core/errors.ts';
import { digestOf } from '../../core/hash.ts';
import type { ServiceProvider } from '../../core/saml.ts';
import { isOver, type SignOn } from '../../core/sign-on.ts';
import { titleOf } from '../named-app.ts';
import { loadWorld } from '../world.ts';
import { addresses } from './addresses.ts';
import type { SignOnDeps } from './deps.ts';
import { issue } from './issue.ts';
import { keyViews, publishedCertificates, rotate, samlOf } from './keys.ts';
import { appsFor, offerTo } from './links.ts';
import { name } from './naming.ts';
import { denyIt, message, pick, want } from './numbers.ts';
import { takeRequest, tellMisuse } from './requests.ts';
import type { SignOnPage, SignOns } from './sign-ons.ts';
import { signOnOf } from './token.ts';

/** Signing on, for the edges. */
export const signOns = (deps: SignOnDeps): SignOns => ({
  signOnApps: (person) => appsFor(deps, person),
  signOnLink: (person, app, slack) => offerTo(deps, person, app, slack),
  async signOnPage(token, browser) {
    const signOn = await signOnOf(deps, token);
    return signOn === null || !isOf(signOn, browser) ? null : pageOf(deps, signOn);
  },
  async signOn(token, browser) {
    const signOn = await signOnOf(deps, token);
    if (signOn === null) return null;
    if (!isOf(signOn, browser)) return misused(deps, signOn, 'elsewhere');
    if (signOn.state === 'used' || signOn.state === 'refused') return misused(deps, signOn, 'again');
    if (isOver(signOn, deps.clock.now())) return misused(deps, signOn, 'late');
    if (signOn.state !== 'ready') return null;
    const outcome = await issue(deps, signOn);
    if (signOn.request !== null) await want(deps, signOn);
    return outcome ?? misused(deps, signOn, 'again');
  },
  takeSignOnRequest: (sent, from, network) => takeRequest(deps, sent, { from, network }),
  async nameSignOn(token, browser, email) {
    const signOn = await signOnOf(deps, token);
    if (signOn === null || !isOf(signOn, browser) || isOver(signOn, deps.clock.now())) return null;
    const after = await name(deps, signOn, email);
    return after === null ? null : pageOf(deps, after);
  },
  numbersMessage: (id) => message(deps, id),
  pickNumber: (id, number, person) => pick(deps, id, number, person),
  denySignOn: (id, person) => denyIt(deps, id, person),
  async signOnMetadata() {
    const { entityId, signOn } = addresses(deps);
    return samlOf(deps).metadata({ entityId, signOn, certificates: await publishedCertificates(deps) });
  },
  async signOnAddresses() {
    const { entityId, signOn, metadata } = addresses(deps);
    return { entityId, signOn, metadata };
  },
  signingKeys: () => keyViews(deps),
  rotateSigningKey: (overlap, by) => rotate(deps, overlap, by),
  readServiceProvider: (from) => readProvider(deps, from),
});

/** A link from Slack is any browser's; what an app began is its browser's alone. Compared in constant time. */
function isOf({ browser: digest }: SignOn, secret: string | null): boolean {
  if (digest === null) return true;
  if (secret === null) return false;
  const [ours, theirs] = [Buffer.from(digest), Buffer.from(digestOf(secret))];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

async function misused(deps: SignOnDeps, signOn: SignOn, what: Parameters<typeof tellMisuse>[2]): Promise<null> {
  await tellMisuse(deps, signOn, what);
  return null;
}

/** Null: it leads nowhere any more. */
async function pageOf(deps: SignOnDeps, signOn: SignOn): Promise<SignOnPage | null> {
  const { state, app, whose, number, text } = signOn;
  const found = (await loadWorld(deps)).apps.get(app);
  const about = { app, title: found === undefined ? app : titleOf(found) };
  // Why is said in Slack, to the person alone.
  if (state === 'refused' && signOn.request !== null)
    return { state: 'refused', ...about, text: 'Nobody was signed on. Rollcall says in Slack why.' };
  if (state === 'refused') return { state: 'refused', ...about, text: text ?? '' };
  if (state === 'used' || isOver(signOn, deps.clock.now())) return null;
  if (state === 'who') return { state: 'who', ...about };
  if (state === 'pick') return { state: 'pick', ...about, number: number ?? 0 };
  return { state: signOn.request === null ? 'ready' : 'confirmed', ...about, personName: whose?.name ?? '' };
}

async function readProvider(deps: SignOnDeps, from: { xml: string } | { url: string }): Promise<ServiceProvider> {
  if ('xml' in from) return samlOf(deps).readMetadata(from.xml);
  if (deps.documents === undefined)
    throw refused('no-saml', 'this process reads nothing from addresses', 'Give the metadata as a file.');
  try {
    return samlOf(deps).readMetadata(await deps.documents.read(from.url));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    throw refused('saml-metadata-unread', `${from.url} could not be read: ${error.message}`, error.remedy);
  }
}
