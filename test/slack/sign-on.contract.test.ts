import type { KnownBlock, ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numberId, signOnAppId, signOnId } from '../../blocks/ids.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import type { Member, Message } from '../../src/local-slack/model.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { recordingStore } from '../engine/recording-store.ts';
import { actionBlockOf, ada, bob, gus, type Office, openOffice, person, sam, zoe } from './office.ts';

let office: Office;
/** Everything that was ever given to the store. */
let written: string[];
beforeEach(async () => {
  written = [];
  office = await openOffice(undefined, {}, recordingStore(memoryStore(), written));
});
afterEach(() => office.close());

const answers = (user: string) => office.messages(user).filter((message) => message.ephemeralFor === user);
const last = (user: string) => answers(user).at(-1);
const direct = async (user: string) => {
  const id = await office.workspace.actions.openDirectMessage(user);
  return office.workspace.state.messages(id, user);
};
const sound = ({ text, blocks }: Message) => lintMessage({ text, blocks: [...(blocks ?? [])] });
/** The link in what somebody was shown; null: none. */
const linkIn = (shown: unknown): string | null =>
  /https:\/\/rollcall\.acme\.test\/saml\/go\/[\w-]+/.exec(JSON.stringify(shown ?? null))?.[0] ?? null;

/** No link stands in anything that was ever given to the store, nor in any line of the log. */
function expectNoTrace(): void {
  expect(office.world.signOn.links).not.toEqual([]);
  expect(written.length).toBeGreaterThan(0);
  const log = JSON.stringify(office.lines, (_, value) =>
    value instanceof Error ? [value.message, value.stack, value.cause] : value,
  );
  const whole = [...written, log].join('\n');
  for (const link of office.world.signOn.links) expect(whole).not.toContain(link.slice(link.lastIndexOf('/') + 1));
}

describe('/provision sign-on APP', () => {
  it.each(['sign-on wiki', 'signon Wiki', 'login WIKI', 'sso "wiki"'])(
    '%s gives a link to the caller alone',
    async (line) => {
      await office.type(zoe, `/provision ${line}`);
      const reply = last(zoe);
      const [link] = office.world.signOn.links;
      expect(linkIn(reply?.blocks)).toBe(link);
      expect(linkIn(reply?.text)).toBe(link);
      expect(reply?.text).toContain('it works once, for 5 minutes, and is for you alone');
      expect(reply && sound(reply)).toEqual([]);
      for (const other of [ada, bob]) expect(linkIn(office.messages(other))).toBeNull();
      expect(linkIn(office.workspace.state.messages(office.channel('general'), zoe))).toBeNull();
      expect(await direct(zoe)).toEqual([]);
      expect(office.calls).toEqual([`sign-on p-zoe wiki ${zoe}`]);
      expectNoTrace();
    },
  );

  it('leaves no trace of the link when it is pressed either, and asks for nothing more', async () => {
    await office.type(zoe, '/provision sign-on wiki');
    expect(await office.press(zoe, last(zoe), signOnId('wiki'))).toEqual({ ok: true });
    expect(answers(zoe)).toHaveLength(1);
    expect(office.world.signOn.links).toHaveLength(1);
    expect(office.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    expectNoTrace();
  });

  it('refuses with the sentence of the engine, and gives no link', async () => {
    await office.type(zoe, '/provision sign-on Image Hub');
    expect(last(zoe)?.text).toBe('You are in no role that has Image Hub: ask for it with /provision request hub.');
    expect(linkIn(last(zoe))).toBeNull();
  });

  it('says what there is where it does not know the app, and makes nothing', async () => {
    await office.type(zoe, '/provision sign-on crm');
    expect(last(zoe)?.text).toContain('It does so for Wiki, Image Hub.');
    expect(office.calls).toEqual([]);
  });

  it('makes one for nobody else, whoever asks', async () => {
    await office.type(ada, '/provision sign-on wiki @zoe');
    await office.type(ada, '/provision sign-on wiki zoe@acme.test');
    await office.type(ada, '/provision sign-on wiki --person zoe');
    expect(office.calls).toEqual([]);
    expect(office.world.signOn.links).toEqual([]);
  });

  it('without an app lists them, each with its button, which answers the one who pressed', async () => {
    await office.type(zoe, '/provision sign-on');
    const list = last(zoe);
    expect(list?.text).toContain('You may sign on to 1 app:');
    expect(list?.text).toContain('*Image Hub*: You are in no role');
    expect(actionBlockOf(list?.blocks ?? [], signOnAppId('hub'))).toBeUndefined();
    await office.press(zoe, list, signOnAppId('wiki'));
    expect(linkIn(last(zoe))).toBe(office.world.signOn.links[0]);
    expect(linkIn(office.messages(ada))).toBeNull();
    expectNoTrace();
  });
});

describe('who is nobody to Rollcall gets no link', () => {
  it.each([
    ['a guest', gus, 'Rollcall does not answer guests.'],
    ['a stranger', sam, 'Rollcall answers only people of its own organisation.'],
  ])('%s', async (_, user, text) => {
    for (const line of ['sign-on wiki', 'sign-on']) {
      await office.type(user, `/provision ${line}`, 'general');
      const messages = office.workspace.state.messages(office.channel('general'), user);
      expect(messages.at(-1)?.text).toContain(text);
    }
    expect(office.calls).toEqual([]);
  });

  it('somebody unknown, by the verb, and by a button that was theirs once', async () => {
    await office.type(zoe, '/provision sign-on');
    const list = last(zoe);
    const identify = office.useCases.identify;
    office.useCases.identify = async () => ({ known: false, reason: 'unknown', text: 'Rollcall does not know you.' });
    await office.type(zoe, '/provision sign-on wiki');
    await office.press(zoe, list, signOnAppId('wiki'));
    expect(
      answers(zoe)
        .slice(1)
        .map(({ text }) => text),
    ).toEqual(Array(2).fill('Rollcall does not know you.'));
    office.useCases.identify = identify;
    expect(office.world.signOn.links).toEqual([]);
  });

  it('somebody who became a guest a moment ago: it is asked anew each time', async () => {
    await office.type(zoe, '/provision sign-on');
    const member = office.workspace.state.members.find(({ id }) => id === zoe) ?? ({} as Member);
    const changed = Object.assign(member, { guest: true });
    await office.type(zoe, '/provision sign-on wiki');
    Object.assign(changed, { guest: false });
    expect(last(zoe)?.text).toContain('Rollcall does not answer guests.');
    expect(office.world.signOn.links).toEqual([]);
  });

  it('somebody whose person is pinned to no Slack user', async () => {
    office.useCases.identify = async () => ({
      ...{ known: true, person: person('zoe', null), powers: { admin: false, approver: false, auditor: false } },
    });
    await office.type(zoe, '/provision sign-on wiki');
    expect(last(zoe)?.text).toBe('Rollcall does not know your Slack user yet. Try again in a moment.');
    expect(office.world.signOn.links).toEqual([]);
  });
});

describe('App Home', () => {
  const homeOf = (user: string) => office.workspace.state.home(user)?.view;
  async function pressHome(user: string, actionId: string) {
    const block = actionBlockOf((homeOf(user)?.blocks ?? []) as KnownBlock[], actionId);
    const outcome = await office.workspace.actions.press({
      ...{
        user,
        container: { view: office.workspace.state.home(user)?.id ?? '' },
        blockId: block?.block_id ?? '',
        actionId,
      },
    });
    await office.idle();
    return outcome;
  }

  it('has a button for each app one may sign on to, which opens the link for the one who pressed', async () => {
    await office.workspace.actions.openHome(zoe);
    await office.workspace.settled();
    await office.idle();
    expect(JSON.stringify(homeOf(zoe))).toContain(signOnAppId('wiki'));
    expect(JSON.stringify(homeOf(zoe))).not.toContain('Image Hub');
    expect(await pressHome(zoe, signOnAppId('wiki'))).toEqual({ ok: true });
    const modal = office.workspace.state.modal(zoe)?.view;
    expect(linkIn(modal)).toBe(office.world.signOn.links[0]);
    expect(lintView(modal as ModalView)).toEqual([]);
    expect(linkIn(homeOf(zoe))).toBeNull();
    expect([...(await direct(zoe)), ...office.messages(zoe)]).toEqual([]);
    expectNoTrace();
  });
});

describe('the message with the numbers', () => {
  const open = {
    ...{ id: 's-1', app: 'wiki', title: 'Wiki', numbers: [17, 42, 93], right: 42, person: 'p-zoe' },
    ...{ from: '203.0.113.9, Firefox on Linux', state: 'open' as const, text: '' },
  };
  const want = (to = 'p-zoe') =>
    office.store.outbox.want(
      { id: `numbers:s-1 ${to}`, kind: 'numbers', subject: `s-1 ${to}`, to, body: null },
      office.clock.now(),
    );
  async function posted(): Promise<Message | undefined> {
    office.world.signOn.numbers.set('s-1', open);
    await want();
    await office.pump();
    return (await direct(zoe)).at(-1);
  }
  const now = async () => (await direct(zoe)).at(-1);

  it('goes to its person alone, by name, with what the browser says of itself', async () => {
    const message = await posted();
    expect(message?.text).toMatch(/^\*zoe\*: a browser wants to sign on to \*Wiki\* as you\.\nFrom: 203\.0\.113\.9/);
    expect(message && sound(message)).toEqual([]);
    expect([...office.messages(zoe), ...(await direct(ada))]).toEqual([]);
  });

  it('is confirmed by the right number, and says so in its place', async () => {
    await office.press(zoe, await posted(), numberId(1));
    expect(office.calls).toContain('pick s-1 42 p-zoe');
    expect((await now())?.text).toMatch(/^✅ Confirmed: the browser goes on to Wiki by itself/);
    expect(await direct(zoe)).toHaveLength(1);
  });

  it('is ended by a wrong one', async () => {
    await office.press(zoe, await posted(), numberId(0));
    expect((await now())?.text).toMatch(/^🚫 Signing on to \*Wiki\* was refused\.\nThat is not the number/);
    expect(JSON.stringify((await now())?.blocks)).not.toContain('button');
  });

  it('is ended by saying that it was somebody else, with what to do then', async () => {
    await office.press(zoe, await posted(), numberId('none'));
    expect(office.calls).toContain('deny s-1 p-zoe');
    const [message, answer] = await direct(zoe);
    expect(message?.text).toMatch(/^🚫 Signing on to \*Wiki\* was refused\./);
    expect(answer).toMatchObject({ ephemeralFor: zoe, text: expect.stringContaining('Admins find it in the history') });
  });

  it('says why to somebody who may not sign on, without a number to pick', async () => {
    office.world.signOn.numbers.set('s-1', { ...open, state: 'refused', text: 'You are not entitled to Wiki.' });
    await want();
    await office.pump();
    expect((await now())?.text).toMatch(/was refused\.\nYou are not entitled to Wiki\./);
    expect(JSON.stringify((await now())?.blocks)).not.toContain('button');
  });

  it('takes a press once: the same again changes nothing and says why', async () => {
    const message = await posted();
    const presses = [numberId(1), numberId(0), numberId('none'), numberId(1)];
    const before = message?.blocks ?? [];
    await office.press(zoe, message, presses[0] ?? '');
    const settled = office.world.signOn.numbers.get('s-1');
    expect(settled?.state).toBe('confirmed');
    for (const press of presses.slice(1)) await forged(zoe, before, press);
    expect(office.world.signOn.numbers.get('s-1')).toEqual(settled);
    expect((await now())?.text).toContain('Confirmed: the browser');
  });

  it('is nobody else’s to press: they are told nothing of it, and it stands as it was', async () => {
    const message = await posted();
    for (const other of [ada, bob, gus]) {
      for (const press of [numberId(1), numberId('none')]) await forged(other, message?.blocks ?? [], press);
      const said = [...answersAt(other), ...(await direct(other))].map(({ text }) => text).join('\n');
      expect(said).not.toMatch(/Wiki|203\.0\.113/);
    }
    expect(office.world.signOn.numbers.get('s-1')).toEqual(open);
    expect((await now())?.text).toContain('a browser wants to sign on');
  });

  it('is not posted once it is over', async () => {
    office.world.signOn.numbers.set('s-1', { ...open, state: 'over', text: 'Nobody picked a number in time.' });
    await want();
    await office.pump();
    expect(await direct(zoe)).toEqual([]);
  });

  it('loses its buttons when it is over', async () => {
    await posted();
    office.world.signOn.numbers.set('s-1', { ...open, state: 'over', text: 'Nobody picked a number in time.' });
    office.clock.skip(60_000);
    await want();
    await office.pump();
    expect((await now())?.text).toMatch(/^⌛ Signing on to \*Wiki\* is over\.\nNobody picked/);
    expect(JSON.stringify((await now())?.blocks)).not.toContain('button');
    expect(await direct(zoe)).toHaveLength(1);
  });

  it('is let go without a fuss where nobody is found in Slack, or nothing is known of it', async () => {
    office.world.signOn.numbers.set('s-1', open);
    const known = office.useCases.person;
    office.useCases.person = async (id) => (id === 'p-nora' ? { ...person('nora', null), id } : known(id));
    await want('p-nora');
    await office.pump();
    expect((await office.store.outbox.get('numbers:s-1 p-nora'))?.ts).toBe('');
    expect(office.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  const answersAt = (user: string) => office.messages(user).filter(({ ephemeralFor }) => ephemeralFor === user);

  /** A press as Slack would send it, signed, from somebody who has got hold of the buttons: their copy stands in a message to them. */
  async function forged(user: string, blocks: readonly KnownBlock[], actionId: string) {
    const { bulk } = office.deps.clients;
    const channel = office.channel('access');
    await bulk.chat.postEphemeral({ channel, user, text: 'a copy', blocks: [...blocks] as never });
    await office.press(user, answersAt(user).at(-1), actionId);
  }
});

describe('fifty people at once', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    id: `U0MANY${String(index).padStart(4, '0')}`,
    name: `many${index}`,
  }));

  it('get a link each, and each sees their own alone', async () => {
    await office.close();
    const leavers = [ada, bob].map((id) => ({ id, name: id }));
    const members: Member[] = [...leavers, ...many].map(({ id, name }) => ({
      ...{ id, name, realName: name, email: `${name}@acme.test`, timeZone: 'UTC' },
    }));
    office = await openOffice(undefined, { people: members }, recordingStore(memoryStore(), written));
    office.useCases.identify = async ({ user }) => {
      const found = many.find(({ id }) => id === user);
      if (found === undefined) return { known: false, reason: 'unknown', text: 'Rollcall does not know you.' };
      return {
        known: true,
        person: person(found.name, user),
        powers: { admin: false, approver: false, auditor: false },
      };
    };
    await Promise.all(many.map(({ id }) => office.type(id, '/provision sign-on wiki')));
    const links = many.map(({ id }) => {
      const own = answers(id);
      expect(own).toHaveLength(1);
      return linkIn(own);
    });
    expect(new Set(links).size).toBe(50);
    many.forEach(({ name }, index) => {
      expect(links[index]).toMatch(new RegExp(`/tokenOfp-${name}\\d+xyz$`));
    });
    expect([...links].sort()).toEqual([...office.world.signOn.links].sort());
    expectNoTrace();
  });
});
