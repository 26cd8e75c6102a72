import type { Config } from '../../core/config.ts';
import { fresh, isOpenPage, listed, moved, spans, ssoId } from '../../core/handover.ts';
import { isLeaving } from '../../core/leaving.ts';
import type { Time } from '../../core/model.ts';
import type { Secret } from '../../core/password.ts';
import { ssoApps } from '../../core/password-parameter.ts';
import { momentWord } from '../../core/quarantine.ts';
import { askedAgain, standingOf } from '../../core/sso-password.ts';
import { personNamed } from '../person-named.ts';
import { changeSecret } from './follow-passwords.ts';
import { type OnceDeps, titlesOf } from './once.ts';
import { wantPage } from './once-page.ts';

/** Where a person's password stands; never anything of the password itself. Apps by their names. */
export type PasswordView = {
  kind: Secret['kind'];
  /** `made`: with an account under way. `handing`: set, and some apps have not got it. `done`: every app has it. */
  state: 'made' | 'untold' | 'told' | 'handing' | 'unset' | 'done';
  waiting: readonly string[];
  delivered: readonly string[];
  /** When the link that was sent ends; when the next app is tried. */
  until: Time | null;
  nextAt: Time | null;
  text: string;
};

export type Passwords = {
  /** What waits for this person, and what is done. */
  passwords(person: string): Promise<PasswordView[]>;
  /** Sends them a fresh link to every page that waits for them, or to set a new SSO password; the links before lead nowhere. */
  sendPasswordLink(person: string): Promise<{ text: string }>;
};

export const passwords = (deps: OnceDeps): Passwords => ({
  async passwords(person) {
    const config = (await deps.store.config.read())?.config ?? null;
    const secrets = await deps.store.secrets.ofPeople([person]);
    return secrets.flatMap((secret) => viewOf(secret, config, deps.clock.now()) ?? []);
  },
  sendPasswordLink: (person) => sendLink(deps, person),
});

/** Null: it is over, and nothing is left to say. */
function viewOf(secret: Secret, config: Config | null, now: Time): PasswordView | null {
  const state = stateOf(secret, now);
  const { kind, waiting, delivered, nextAt } = secret;
  if (state === null || (state === 'done' && delivered.length === 0)) return null;
  const until = state === 'told' ? (secret.page?.expires ?? null) : null;
  const names = (apps: readonly string[]) => listed(titlesOf(config, apps));
  return { kind, state, waiting, delivered, until, nextAt, text: textOf({ ...secret, state, until }, names) };
}

function stateOf(secret: Secret, now: Time): PasswordView['state'] | null {
  const { kind, sealed, waiting, page, told } = secret;
  if (sealed !== null && waiting.length > 0) return kind === 'generated' ? 'made' : 'handing';
  if (isOpenPage(page, now)) return told ? 'told' : 'untold';
  if (kind === 'generated') return null;
  return waiting.length > 0 ? 'unset' : 'done';
}

type Viewed = Secret & Pick<PasswordView, 'state' | 'until'>;

function textOf(
  { kind, state, waiting, delivered, until, attempts, nextAt }: Viewed,
  names: (apps: readonly string[]) => string,
): string {
  const apps = names(kind === 'generated' || waiting.length === 0 ? [...waiting, ...delivered] : waiting);
  const what = kind === 'generated' ? `The generated password for ${apps}` : `The password for ${apps}`;
  switch (state) {
    case 'made':
      return `The account in ${apps} is being made with a generated password.`;
    case 'untold':
      return `${what} waits: the link to its page is on its way in Slack.`;
    case 'told':
      return `${what} waits on its page; the link that was sent works once, until ${momentWord(until ?? 0)}.`;
    case 'handing':
      return `${what} is set and on its way${attempts === 0 ? '' : ` (${attempts} failed so far${nextAt === null ? '' : `, next try ${momentWord(nextAt)}`})`}.`;
    case 'unset':
      return `No password is set for ${apps}; \`/provision password\` sends a new link.`;
    case 'done':
      return `${what} was set by Rollcall; \`/provision password\` sends a link to change it.`;
  }
}

/** How soon after a link was sent another may be asked for, milliseconds. */
const sparing = 60_000;

async function sendLink(deps: OnceDeps, id: string): Promise<{ text: string }> {
  const config = (await deps.store.config.read())?.config ?? null;
  const person = await personNamed(deps, id);
  const now = deps.clock.now();
  if (config === null || isLeaving(person, config, now)) return { text: nothing };
  const secrets = await deps.store.secrets.ofPeople([id]);
  const waiting = secrets.filter(({ kind, sealed, page }) => kind === 'generated' && sealed !== null && page !== null);
  const standing = standingOf(await deps.store.logins.byPeople([id]), ssoApps(config));
  const sso = secrets.find((secret) => secret.id === ssoId(id)) ?? null;
  if (waiting.length === 0 && standing.wanting.length === 0) return { text: nothing };
  const known = [...waiting, ...(sso === null || standing.wanting.length === 0 ? [] : [sso])];
  if (known.length > 0 && known.every((secret) => wasJustSent(secret, now))) return { text: justSent };
  const nonce = () => deps.random.id('page');
  for (const secret of waiting)
    await reopen(deps, secret, (current) =>
      current.page === null || current.sealed === null ? null : moved(current, fresh('show', nonce(), now), now),
    );
  if (sso !== null) await reopen(deps, sso, (current) => askedAgain(current, id, standing, nonce(), now));
  else await deps.store.secrets.insert([askedAgain(null, id, standing, nonce(), now) ?? []].flat());
  for (const what of ['passwords', 'publisher'] as const) deps.bell.ring(what);
  return {
    text: sentText(
      titlesOf(
        config,
        waiting.flatMap(({ delivered }) => delivered),
      ),
      titlesOf(config, standing.wanting),
    ),
  };
}

const nothing =
  'No password of yours waits, and Rollcall sets none in your apps: each app has its own way to change it.';
const justSent = 'A link was sent to you by direct message a moment ago: use that one.';

function sentText(shown: readonly string[], set: readonly string[]): string {
  const parts = [
    shown.length === 0 ? null : `to see the generated password for ${listed(shown)}`,
    set.length === 0 ? null : `to set your password for ${listed(set)}`,
  ].filter((part) => part !== null);
  return `A link ${parts.join(', and one ')} is on its way to you by direct message. It works once; any link from before no longer does.`;
}

const wasJustSent = ({ page, told }: Secret, now: Time): boolean =>
  page !== null && told && page.expires - spans[page.purpose] > now - sparing;

/** The message of the page before is drawn anew, without its link. */
async function reopen(deps: OnceDeps, secret: Secret, change: (secret: Secret) => Secret | null): Promise<void> {
  const after = await changeSecret(deps, secret, change);
  if (after !== null && secret.told) await wantPage(deps, secret);
}
