import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oidcProvider, type Says } from '../fakes/oidc-provider.ts';
import { client, linkOf, openStepUp, type StepUpWorld } from './step-up-world.ts';

/*
 * What no correct provider does, by one that can be told to, and what is ours alone: links, browsers, what is decided when. Signing
 * in as it should be is in step-up-provider.contract.test.ts.
 */

let world: StepUpWorld<Awaited<ReturnType<typeof oidcProvider>>>;
beforeEach(async () => {
  world = await openStepUp(() => oidcProvider({ ...client, secret: encodeURIComponent(client.secret) }));
});
afterEach(() => world.close());

const visit = (url: string, cookie = '') => fetch(url, { redirect: 'manual', headers: { cookie } });

/** A browser: opens the link, presses *Sign in*, is signed in as whoever the provider says, and comes back. */
async function signInBy(
  link: string,
  says: Partial<Says> = {},
): Promise<{ status: number; text: string; back: string; cookie: string }> {
  world.provider.state.says = { email: 'ada@acme.test', ...says };
  const away = await visit(`${link}/go`);
  const cookie = (away.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const back = (await visit(away.headers.get('location') ?? '')).headers.get('location') ?? '';
  const done = await visit(back, cookie);
  return { status: done.status, text: await done.text(), back, cookie };
}

describe('a press of something risky', () => {
  it('decides nothing by itself: a Slack session alone cannot finish', async () => {
    const outcome = await world.press();
    expect(outcome).toMatchObject({ result: 'sign-in' });
    expect(outcome.text).toContain('Nothing is decided yet');
    expect(await world.stored()).toMatchObject({ state: 'open', votes: [] });
    expect(linkOf(outcome)).toMatch(new RegExp(`^${world.publicUrl}/step-up/`));
    expect(JSON.stringify(await world.stored())).not.toContain(linkOf(outcome).split('/').at(-1)?.split('.')[2]);
  });

  it('decides once whoever pressed has signed in', async () => {
    const link = linkOf(await world.press());
    const looked = await visit(link);
    expect(looked.status).toBe(200);
    expect(await looked.text()).toContain('Create one account of Person zoe in CRM');
    expect((await world.stored()).state).toBe('open');
    const { status, text } = await signInBy(link);
    expect([status, text.includes('Approved.')]).toEqual([200, true]);
    expect(await world.stored()).toMatchObject({ state: 'approved', votes: [{ name: 'Person ada' }], intentions: [] });
    const asked = world.provider.state.asked[0];
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect([asked?.get('prompt'), asked?.get('max_age'), asked?.get('login_hint')]).toEqual([
      ...['login', '300', 'ada@acme.test'],
    ]);
    expect([asked?.get('state'), asked?.get('nonce')].every((one) => (one?.length ?? 0) >= 40)).toBe(true);
  });

  it.each([-600_000, 600_000])('decides as well where the clock of the store is %i ms off', async (off) => {
    world.clock.ahead = off;
    expect((await signInBy(linkOf(await world.press()), { age: 400 })).text).toContain('too old');
    expect((await signInBy(linkOf(await world.press()), { age: -120 })).text).toContain('too far apart');
    const { status, text } = await signInBy(linkOf(await world.press()));
    expect([status, text.includes('Approved.')]).toEqual([200, true]);
  });

  it('rejects the same way, with its reason', async () => {
    await signInBy(linkOf(await world.press('ada', { decision: 'reject', reason: 'not yet' })));
    expect(await world.stored()).toMatchObject({ state: 'rejected', reason: 'not yet' });
  });

  it('is refused before any link to those who may not decide', async () => {
    expect(await world.press('zoe')).toMatchObject({ result: 'refused', why: 'self' });
    expect((await world.stored()).intentions ?? []).toEqual([]);
  });

  it('counts once: the link, the address that came back and the code are used up', async () => {
    const link = linkOf(await world.press());
    const { back, cookie } = await signInBy(link);
    expect((await visit(back, cookie)).status).toBe(404);
    expect((await visit(link)).status).toBe(404);
    expect((await visit(`${link}/go`)).status).toBe(404);
    expect((await world.stored()).votes).toHaveLength(1);
  });

  it('is judged anew when the sign-in is done', async () => {
    const link = linkOf(await world.press());
    const bea = linkOf(await world.press('bea', { decision: 'reject' }));
    await signInBy(bea, { email: 'bea@acme.test' });
    const { status, text } = await signInBy(link);
    expect([status, text.includes('rejected already')]).toEqual([409, true]);
    expect((await world.stored()).votes).toEqual([]);
  });

  it('is forgotten after ten minutes, and replaced by a later one', async () => {
    const first = linkOf(await world.press());
    const second = linkOf(await world.press());
    expect([(await visit(first)).status, (await visit(second)).status]).toEqual([404, 200]);
    world.clock.ahead = 601_000;
    expect((await visit(second)).status).toBe(404);
    expect((await signInBy(second).catch(() => null))?.status ?? 404).toBe(404);
    expect((await world.stored()).state).toBe('open');
  });
});

describe('a sign-in that proves nothing', () => {
  it.each<[string, Partial<Says>, string]>([
    ['of somebody else', { email: 'bea@acme.test' }, 'somebody else signed in than pressed'],
    ['without an address', { email: '' }, 'somebody else'],
    ['with an address nobody verified', { verified: false }, 'names no e-mail address that it has verified'],
    ['that is too old', { age: 400 }, 'too old'],
    ['from the future', { age: -120 }, 'too far apart'],
    ['that does not say when', { noAuthTime: true }, 'does not say when you signed in'],
    ['that another provider answers with', { answersAs: 'https://evil.test' }, 'another sign-in provider answered'],
    ['of which UserInfo tells nothing', { userInfo: {} }, 'tells of somebody else'],
    [
      'of which UserInfo tells about somebody else',
      { userInfo: { sub: 'user-2', email: 'ada@acme.test' } },
      'tells of somebody else',
    ],
    [
      'of which UserInfo says that the address is not verified',
      { userInfo: { sub: 'user-1', email: 'ada@acme.test', email_verified: false } },
      'names no e-mail address that it has verified',
    ],
    ['for another press', { nonce: 'another' }, 'not made for this press'],
    ['for another application', { audience: 'payroll' }, 'could not be verified'],
    ['issued to another application', { party: 'payroll' }, 'made for another application'],
    ['of another provider', { issuer: 'https://evil.test' }, 'could not be verified'],
    ['signed with another key', { otherKey: true }, 'could not be verified'],
    ['signed with the shared secret', { algorithm: 'HS256' }, 'could not be verified'],
    ['signed by nobody', { algorithm: 'none' }, 'could not be verified'],
    ['that has run out', { expired: true }, 'could not be verified'],
    ['that was cancelled', { email: null }, 'was cancelled'],
  ])('%s decides nothing, and the link is used up', async (_, says, sentence) => {
    const link = linkOf(await world.press());
    const { status, text } = await signInBy(link, says);
    expect(status).toBe(409);
    expect(text).toContain(sentence);
    expect(await world.stored()).toMatchObject({ state: 'open', votes: [], intentions: [] });
    expect((await visit(link)).status).toBe(404);
  });

  it('comes back to another browser, or with another state, and leads nowhere', async () => {
    const link = linkOf(await world.press());
    world.provider.state.says = { email: 'ada@acme.test' };
    const away = await visit(`${link}/go`);
    const cookie = (away.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(away.headers.get('set-cookie')).toMatch(/HttpOnly/);
    const back = new URL((await visit(away.headers.get('location') ?? '')).headers.get('location') ?? '');
    expect((await visit(back.href)).status).toBe(404);
    const other = linkOf(await world.press('bea'));
    const bea = ((await visit(`${other}/go`)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await visit(back.href, bea)).status).toBe(404);
    const state = back.searchParams.get('state') ?? '';
    for (const other of ['x', `${state.slice(0, 20)}${'x'.repeat(state.length - 20)}`]) {
      back.searchParams.set('state', other);
      expect((await visit(back.href, cookie)).status).toBe(404);
    }
    expect(world.provider.state.exchanges).toBe(0);
    expect((await world.stored()).state).toBe('open');
  });

  it('while the provider is away decides nothing, and says nothing of what is secret', async () => {
    const link = linkOf(await world.press());
    world.provider.state.down = true;
    expect((await visit(`${link}/go`)).status).toBe(500);
    world.provider.state.down = false;
    world.provider.state.says = { email: 'ada@acme.test', describesAs: 'https://evil.test' };
    expect((await visit(`${link}/go`)).status).toBe(500);
    expect((await world.stored()).state).toBe('open');
    expect(world.lines.join()).not.toMatch(/s3cret|step-up\//);
  });

  it('with a provider that never answers decides nothing, and the link is used up', async () => {
    const link = linkOf(await world.press());
    world.provider.state.says = { email: 'ada@acme.test' };
    const away = await visit(`${link}/go`);
    const cookie = (away.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const back = (await visit(away.headers.get('location') ?? '')).headers.get('location') ?? '';
    world.provider.state.slow = true;
    world.clock.patience = 50;
    const done = await visit(back, cookie);
    expect([done.status, (await done.text()).includes('does not answer as it should')]).toEqual([409, true]);
    expect(await world.stored()).toMatchObject({ state: 'open', votes: [], intentions: [] });
  });

  it('by a link made of what is stored leads nowhere: its mark needs the sealing key', async () => {
    const link = linkOf(await world.press());
    const { intentions = [] } = await world.stored();
    expect(link.split('.').at(-2)).toBe(intentions[0]?.nonce);
    const forged = `${link.slice(0, link.lastIndexOf('.') + 1)}${'m'.repeat(43)}`;
    expect([(await visit(forged)).status, (await visit(link)).status]).toEqual([404, 200]);
  });

  it.each(['x', 'a.b.c', '..%2f', `${'a'.repeat(500)}.bbbbbbbbbbbb.${'c'.repeat(43)}`])(
    '“%s” is no link',
    async (token) => {
      await world.press();
      expect((await visit(`${world.publicUrl}/step-up/${token}`)).status).toBe(404);
      expect((await visit(`${world.publicUrl}/step-up/${token}/go`)).status).toBe(404);
    },
  );
});
