import type { Config } from '../../core/config.ts';
import { isOpenPage, shown, toldOf } from '../../core/handover.ts';
import type { Secret } from '../../core/password.ts';
import { ssoApps } from '../../core/password-parameter.ts';
import { weakness } from '../../core/password-strength.ts';
import { setAnew, standingOf } from '../../core/sso-password.ts';
import type { Deps } from '../ports.ts';
import { changeSecret } from './follow-passwords.ts';
import { isMarkOf, pageNamed, readToken, tokenOf, wantPage } from './once-page.ts';

export type OnceDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'bell' | 'sealer'> & {
  /** Where people reach this Rollcall, without a slash at the end; links begin with it. Unset: none are made. */
  publicUrl?: string;
};

/** What a one-time page is for, and the titles of the apps it is about. */
export type OncePageView = { purpose: 'show' | 'set'; apps: readonly string[] };
/** The message that tells of a page. `link` null: it leads nowhere any more. */
export type OnceMessage = OncePageView & { link: string | null };

/** The one-time pages, for the web, and the messages that tell of them. Whoever has the link may; it is stored nowhere. */
export type Once = {
  /** The page a link leads to, which looking at does not use up. Null: wrong, used, over or unknown, and never which. */
  oncePage(token: string): Promise<OncePageView | null>;
  /** Shows the generated password: it is erased before this answers, and whoever comes second gets null. */
  showOnce(token: string): Promise<{ password: string; apps: readonly string[] } | null>;
  /** Takes the password the person chose, once. `weak`: it will not do, and the link stays good. */
  setOnce(
    token: string,
    password: string,
  ): Promise<{ result: 'set'; apps: readonly string[] } | { result: 'weak'; why: string } | null>;
  /** What the message of this subject shows now. Null: there is nothing to tell, or no address to tell it with. */
  onceMessage(subject: string): Promise<OnceMessage | null>;
  /** It was sent: the page's time runs from now on. */
  onceTold(subject: string): Promise<void>;
};

export const once = (deps: OnceDeps): Once => ({
  async oncePage(token) {
    const secret = await secretOf(deps, token);
    return secret === null ? null : viewOf(deps, secret);
  },
  showOnce: (token) => show(deps, token),
  setOnce: (token, password) => set(deps, token, password.normalize('NFC')),
  async onceMessage(subject) {
    const { id, nonce } = pageNamed(subject);
    const secret = await deps.store.secrets.get(id);
    if (secret === null || deps.publicUrl === undefined) return null;
    const purpose = secret.kind === 'generated' ? 'show' : 'set';
    const isNow = isOpenPage(secret.page, deps.clock.now()) && secret.page.nonce === nonce;
    const link = isNow ? `${deps.publicUrl}/once/${tokenOf(deps, id, nonce)}` : null;
    return { purpose, apps: (await viewOf(deps, secret)).apps, link };
  },
  async onceTold(subject) {
    const { id, nonce } = pageNamed(subject);
    const secret = await deps.store.secrets.get(id);
    if (secret === null) return;
    const after = await changeSecret(deps, secret, (current) => toldOf(current, nonce, deps.clock.now()));
    if (after !== null) deps.bell.ring('publisher');
  },
});

/** The secret whose open page this token is of. */
async function secretOf(
  deps: OnceDeps,
  token: string,
): Promise<(Secret & { page: NonNullable<Secret['page']> }) | null> {
  const read = readToken(token);
  const secret = read === null ? null : await deps.store.secrets.get(read.id);
  if (secret === null || read === null || !isMarkOf(deps, secret, read.mark)) return null;
  return isOpenPage(secret.page, deps.clock.now()) ? { ...secret, page: secret.page } : null;
}

async function viewOf(deps: OnceDeps, secret: Secret): Promise<OncePageView> {
  const config = await configOf(deps);
  const apps =
    secret.kind === 'generated' ? [...secret.waiting, ...secret.delivered] : await wanting(deps, secret, config);
  return { purpose: secret.page?.purpose ?? 'show', apps: titlesOf(config, apps) };
}

const configOf = async ({ store }: Pick<OnceDeps, 'store'>): Promise<Config | null> =>
  (await store.config.read())?.config ?? null;
export const titlesOf = (config: Config | null, apps: readonly string[]): string[] =>
  apps.map((name) => config?.apps.find((app) => app.name === name)?.title ?? name);

async function wanting({ store }: OnceDeps, { person }: Secret, config: Config | null): Promise<readonly string[]> {
  return config === null ? [] : standingOf(await store.logins.byPeople([person]), ssoApps(config)).wanting;
}

async function show(deps: OnceDeps, token: string): Promise<{ password: string; apps: readonly string[] } | null> {
  const secret = await secretOf(deps, token);
  if (secret?.page.purpose !== 'show' || secret.sealed === null) return null;
  const password = deps.sealer.open(secret.sealed, secret.id);
  const { apps } = await viewOf(deps, secret);
  const won = await changeSecret(deps, secret, (current) =>
    current.page?.nonce === secret.page.nonce ? shown(current, deps.clock.now()) : null,
  );
  if (won === null) return null;
  await used(deps, secret);
  return { password, apps };
}

async function set(deps: OnceDeps, token: string, password: string): ReturnType<Once['setOnce']> {
  const secret = await secretOf(deps, token);
  const person = secret === null ? null : await deps.store.people.get(secret.person);
  if (secret?.page.purpose !== 'set' || person === null) return null;
  const why = weakness(password, person.attributes);
  if (why !== null) return { result: 'weak', why };
  const config = await configOf(deps);
  const apps = await wanting(deps, secret, config);
  const sealed = deps.sealer.seal(password, secret.id);
  const won = await changeSecret(deps, secret, (current) =>
    current.page?.nonce === secret.page.nonce ? setAnew(current, sealed, apps, deps.clock.now()) : null,
  );
  if (won === null) return null;
  await used(deps, secret);
  deps.bell.ring('passwords');
  return { result: 'set', apps: titlesOf(config, apps) };
}

/** The message says that the link is used up. */
async function used(deps: OnceDeps, secret: Secret): Promise<void> {
  deps.bell.ring('publisher');
  await wantPage(deps, secret);
}
