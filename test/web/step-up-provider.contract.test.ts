import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oidcClient } from '../../src/web/oidc.ts';
import { type Account, signInProvider } from '../fakes/sign-in-provider.ts';
import { type Visited, type Visitor, visitor } from '../fakes/visitor.ts';
import { client, linkOf, openStepUp, type StepUpWorld } from './step-up-world.ts';

/* Signing in before something risky is decided, at a certified OpenID Connect provider, as a person does it. */

const accounts: readonly Account[] = ['ada', 'bea'].map((name) => ({
  ...{ email: `${name}@acme.test`, password: `the password of ${name}` },
}));
type Options = Partial<Parameters<typeof signInProvider>[0]>;
type World = StepUpWorld<Awaited<ReturnType<typeof signInProvider>>>;

let world: World;
let ada: Visitor;
const open = (options: Options = {}, maxAge?: number): Promise<World> =>
  openStepUp((redirect) => signInProvider({ client, redirect, accounts, ...options }), maxAge);
const reopen = async (...given: Parameters<typeof open>): Promise<void> => {
  await world.close();
  world = await open(...given);
};
beforeEach(async () => {
  world = await open();
  ada = visitor();
});
afterEach(() => world.close());

/** Opens the link and presses *Sign in*; answers the provider's page. */
async function toProvider(link: string, by = ada): Promise<Visited> {
  const page = await by.visit(link);
  const go = /<a href="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return by.visit(new URL(go, page.url).href);
}
/** Fills in the provider's page; `through` gets the addresses on the way back. */
const signIn = (page: Visited, name = 'ada', by = ada, through: string[] = []): Promise<Visited> =>
  by.visit(page.url, { email: `${name}@acme.test`, password: `the password of ${name}` }, through);
const pressAndSignIn = async (name = 'ada'): Promise<Visited> =>
  signIn(await toProvider(linkOf(await world.press())), name);

const isProviders = ({ url, text }: Visited): boolean =>
  url.startsWith(`${world.provider.issuer}/sign-in/`) && text.includes('Sign in to Acme');

describe('signing in at the provider', () => {
  it('decides: found by discovery, with a code, PKCE and a nonce, at the provider’s own page', async () => {
    const page = await toProvider(linkOf(await world.press()));
    expect(isProviders(page)).toBe(true);
    expect(page.text).toContain('value="ada@acme.test"');
    expect((await world.stored()).state).toBe('open');
    const through: string[] = [];
    const done = await signIn(page, 'ada', ada, through);
    expect([done.status, done.text.includes('Approved.')]).toEqual([200, true]);
    expect(await world.stored()).toMatchObject({ state: 'approved', votes: [{ name: 'Person ada' }], intentions: [] });
    const [asked] = world.provider.asked;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      ...{ response_type: 'code', client_id: client.id, redirect_uri: world.redirect, scope: 'openid email' },
      ...{ code_challenge_method: 'S256', prompt: 'login', max_age: '300' },
    });
    const back = new URL(through.at(-1) ?? '');
    expect(back.searchParams.get('iss')).toBe(world.provider.issuer);
    expect((await ada.visit(back.href)).status).toBe(404);
  });

  it.each(['token', 'userinfo'] as const)('takes the address from the %s', async (emailIn) => {
    await reopen({ emailIn });
    expect((await pressAndSignIn()).status).toBe(200);
    expect((await world.stored()).state).toBe('approved');
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('verifies what is signed with %s', async (algorithm) => {
    await reopen({ algorithm });
    expect((await pressAndSignIn()).status).toBe(200);
  });

  it('proves itself by post where the provider takes nothing else', async () => {
    await reopen({ clientAuth: 'client_secret_post' });
    expect((await pressAndSignIn()).status).toBe(200);
  });

  it('rejects as well, with the reason that was given', async () => {
    const link = linkOf(await world.press('ada', { decision: 'reject', reason: 'not yet' }));
    expect((await signIn(await toProvider(link))).text).toContain('Rejected.');
    expect(await world.stored()).toMatchObject({ state: 'rejected', reason: 'not yet' });
  });

  it('is asked for each press: a session that is open there decides nothing', async () => {
    const other = await world.requestAbout('bea');
    await pressAndSignIn();
    const page = await toProvider(linkOf(await world.press('ada', { approval: other.id })));
    expect(isProviders(page)).toBe(true);
    expect((await world.stored(other.id)).state).toBe('open');
    expect((await signIn(page)).status).toBe(200);
    expect((await world.stored(other.id)).state).toBe('approved');
  });

  it('of two presses in two windows of one browser decides each', async () => {
    const other = await world.requestAbout('bea');
    const first = await toProvider(linkOf(await world.press()));
    const second = await toProvider(linkOf(await world.press('ada', { approval: other.id })));
    expect((await signIn(first)).status).toBe(200);
    expect((await signIn(second)).status).toBe(200);
    expect([(await world.stored()).state, (await world.stored(other.id)).state]).toEqual(['approved', 'approved']);
  });
});

describe('what goes wrong there', () => {
  it('a wrong password decides nothing, and may be corrected', async () => {
    const page = await toProvider(linkOf(await world.press()));
    const again = await ada.visit(page.url, { email: 'ada@acme.test', password: 'guessed' });
    expect(again.text).toContain('not the address and password');
    expect((await world.stored()).state).toBe('open');
    expect((await signIn(again)).status).toBe(200);
  });

  it('a cancelled sign-in decides nothing, and the next one can', async () => {
    const page = await toProvider(linkOf(await world.press()));
    const done = await ada.visit(page.url, { cancel: 'yes' });
    expect([done.status, done.text.includes('was cancelled')]).toEqual([409, true]);
    expect(await world.stored()).toMatchObject({ state: 'open', votes: [], intentions: [] });
    expect((await pressAndSignIn()).status).toBe(200);
  });

  it('somebody else who signs in decides nothing, and their session does not stay in the way', async () => {
    const done = await pressAndSignIn('bea');
    expect([done.status, done.text.includes('somebody else signed in than pressed')]).toEqual([409, true]);
    expect(await world.stored()).toMatchObject({ state: 'open', votes: [] });
    expect((await pressAndSignIn()).status).toBe(200);
    expect((await world.stored()).votes).toMatchObject([{ name: 'Person ada' }]);
  });

  it('an address the provider has not verified proves nothing', async () => {
    await reopen({ accounts: accounts.map((one) => ({ ...one, verified: false })) });
    expect((await pressAndSignIn()).text).toContain('names no e-mail address that it has verified');
    expect((await world.stored()).state).toBe('open');
  });

  it.each<[string, Options]>([
    ['knows Rollcall by another secret', { client: { ...client, secret: 'another' } }],
    ['sends its browsers elsewhere', { redirect: 'http://127.0.0.1:9/callback' }],
  ])('a provider that %s lets nobody in', async (_, options) => {
    await reopen(options);
    const page = await toProvider(linkOf(await world.press()));
    if (isProviders(page)) expect((await signIn(page)).text).toContain('does not answer as it should');
    else expect(page.status).toBe(400);
    expect(await world.stored()).toMatchObject({ state: 'open', votes: [] });
  });
});

describe('the provider’s own checks and ours', () => {
  const bound = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43), email: null };
  /** A code as it comes back, for a sign-in that is bound to these. */
  async function answered(): Promise<{ code: string; iss: string }> {
    const address = await oidcClient(world).address(world.settings, world.redirect, { ...bound, since: 0 });
    const through: string[] = [];
    await signIn(await ada.visit(address), 'ada', ada, through);
    const { searchParams } = new URL(through.at(-1) ?? '');
    return { code: searchParams.get('code') ?? '', iss: searchParams.get('iss') ?? '' };
  }
  const since = () => world.clock.now();
  const identity = async (change: object, answer: object = {}, redirect = world.redirect) =>
    oidcClient(world).identity(
      world.settings,
      redirect,
      { ...(await answered()), ...answer },
      { ...bound, since: since(), ...change },
    );

  it('agree about a sign-in as it was asked for', async () => {
    const { emails, at } = await identity({});
    expect(emails).toEqual(['ada@acme.test']);
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  });

  it('refuse a code with another verifier, for another address, or used twice', async () => {
    await expect(identity({ verifier: 'w'.repeat(43) })).rejects.toThrow('does not answer as it should');
    await expect(identity({}, {}, `${world.redirect}/other`)).rejects.toThrow('does not answer as it should');
    const code = await answered();
    const twice = () => oidcClient(world).identity(world.settings, world.redirect, code, { ...bound, since: since() });
    await twice();
    await expect(twice()).rejects.toThrow('does not answer as it should');
  });

  it('refuse the nonce of another press, and an answer that does not say whose it is', async () => {
    await expect(identity({ nonce: 'another' })).rejects.toThrow('not made for this press');
    await expect(identity({}, { iss: undefined })).rejects.toThrow('another sign-in provider answered');
    await expect(identity({}, { iss: 'https://evil.test' })).rejects.toThrow('another sign-in provider answered');
  });

  it('know the provider by its own name only', async () => {
    const { issuer } = world.provider;
    const other = { ...world.settings, issuer: `${issuer}/` };
    await expect(oidcClient(world).address(other, world.redirect, { ...bound, since: 0 })).rejects.toThrow(
      'calls itself otherwise than settings.stepUp.issuer',
    );
  });
});

describe('time', () => {
  it('new keys of the provider are found when something is signed with them', async () => {
    const other = await world.requestAbout('bea');
    await pressAndSignIn();
    await world.provider.rotateKeys();
    const done = await signIn(await toProvider(linkOf(await world.press('ada', { approval: other.id }))));
    expect(done.status).toBe(200);
    expect((await world.stored(other.id)).state).toBe('approved');
  });

  /** The store's clock goes with the machine's: the provider alone has another. */
  function apart(ahead: number): void {
    world.machine.ahead = ahead;
    world.clock.ahead = ahead;
  }

  it.each([-20_000, 20_000])('clocks that are %d ms apart do no harm', async (ahead) => {
    await reopen({}, 0);
    apart(ahead);
    expect((await pressAndSignIn()).status).toBe(200);
    expect((await world.stored()).state).toBe('approved');
  });

  it.each([
    [-120_000, 'too far apart'],
    [120_000, 'too old'],
  ])('a clock that is %d ms off refuses, and says why', async (ahead, sentence) => {
    await reopen({}, 0);
    apart(ahead);
    expect((await pressAndSignIn()).text).toContain(sentence);
    expect((await world.stored()).state).toBe('open');
  });

  it('a sign-in that took its time counts: it was made after the press', async () => {
    await reopen({}, 1_000);
    const page = await toProvider(linkOf(await world.press()));
    const through: string[] = [];
    apart(3 * 60_000);
    expect((await signIn(page, 'ada', ada, through)).status).toBe(200);
    expect((await world.stored()).state).toBe('approved');
  });
});
