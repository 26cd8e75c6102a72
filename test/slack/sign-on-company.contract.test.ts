import type { KnownBlock, ModalView } from '@slack/types';
import { afterEach, describe, expect, it } from 'vitest';
import { numberId } from '../../blocks/ids.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import { connector } from '../../connectors/saml.ts';
import type { Message } from '../../src/local-slack/model.ts';
import { makePace } from '../../src/slack/pace.ts';
import { row } from '../fakes/memory-directory.ts';
import { redirected, requestOf, signOnConfig, sp } from '../fakes/sign-on.ts';
import { ada, bob, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

const started: Company[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

/** Sales gets both apps: accounts in the CRM are provisioned, those in the hub are made by sign-on. */
const config = (admins: readonly string[]) =>
  signOnConfig({
    ...{ department: 'Sales', settings: { admins, channel: '#access' } },
    apps: [
      { ...{ name: 'crm', title: 'CRM', connector: 'memory', saml: sp('crm') }, provisioning: { enabled: true } },
      {
        ...{ name: 'hub', title: 'Image Hub', connector: 'saml', saml: sp('hub') },
        parameters: [{ target: 'title', from: 'title' }],
      },
    ],
  });

const staff = () => [
  row('ada', { department: 'IT' }),
  row('bob', { department: 'IT' }),
  row('zoe', { department: 'Sales', title: 'Account Manager' }),
];

async function open(admins = ['ada@acme.test']) {
  const company = await openCompany({}, undefined, staff(), connector, config(admins));
  started.push(company);
  const { office, acme } = company;
  const { useCases } = acme.engine;
  const answers = (user: string) => office.messages(user).filter(({ ephemeralFor }) => ephemeralFor === user);
  let requests = 0;
  return {
    ...{ ...company, useCases, answers },
    async ask(user: string, line: string): Promise<string> {
      await office.type(user, `/provision ${line}`);
      const message = answers(user).at(-1);
      expect(message && lintMessage({ text: message.text, blocks: [...message.blocks] })).toEqual([]);
      return message?.text ?? '';
    },
    async direct(user: string): Promise<readonly Message[]> {
      const id = await office.workspace.actions.openDirectMessage(user);
      office.deps.memory.pace = makePace();
      await office.pump();
      return office.workspace.state.messages(id, user);
    },
    /** A browser comes from the hub and says whose it is: its page, and what it shows. */
    async browser(email = 'zoe@acme.test') {
      const query = redirected(requestOf(sp('hub').entityId, acme.time.clock.now(), '', `_r${++requests}`));
      const asked = await useCases.takeSignOnRequest(
        { binding: 'redirect', query },
        '203.0.113.9, <Firefox>',
        '203.0.113.9',
      );
      if (asked.result !== 'asks') throw new Error('nobody is asked');
      const { token, browser } = asked;
      await useCases.nameSignOn(token, browser, email);
      const page = async () => useCases.signOnPage(token, browser);
      const shown = await page();
      return { token, page, browser, number: shown?.state === 'pick' ? shown.number : 0 };
    },
    /** A press of somebody who has got hold of a button: a copy of it stands in a message of theirs. */
    async forged(user: string, message: Message | undefined, number: number) {
      const blocks = [...(message?.blocks ?? [])];
      const post = { channel: office.channel('access'), user, text: 'a copy', blocks };
      await office.deps.clients.bulk.chat.postEphemeral(post as never);
      await this.pick(user, answers(user).at(-1), number);
    },
    async pick(user: string, message: Message | undefined, number: number) {
      return office.press(user, message, numberId(numbersIn(message).indexOf(number)));
    },
  };
}

/** The numbers offered, in the order of their buttons. */
const numbersIn = (message: Message | undefined): number[] =>
  (message?.blocks ?? []).flatMap((block) =>
    block.type !== 'actions'
      ? []
      : block.elements.flatMap((each) =>
          each.type === 'button' && /^\d+$/.test(each.text.text) ? [Number(each.text.text)] : [],
        ),
  );

describe('signing on, with the whole engine behind it', () => {
  it('gives a link that signs the caller on, and lists what they may and may not', async () => {
    const one = await open();
    expect(await one.ask(zoe, 'sign-on hub')).toContain(
      'Sign on to Image Hub by this link: it works once, for 5 minutes',
    );
    const [, link = ''] = /\/saml\/go\/([^|>]+)\|/.exec(one.answers(zoe).at(-1)?.text ?? '') ?? [];
    expect(await one.useCases.signOnPage(link, null)).toMatchObject({ state: 'ready', app: 'hub' });
    expect(await one.ask(zoe, 'sign-on crm')).toContain('Provisioning first, then SAML');
    expect(await one.ask(zoe, 'sign-on')).toMatch(
      /You may sign on to 1 app:\n• \*Image Hub\*: .*\n\*Not for now\*\n• \*CRM\*/s,
    );
    expect(await one.ask(bob, 'sign-on hub')).toContain('You are not entitled to Image Hub');
    expect(await one.useCases.signOn(link, null)).toMatchObject({ result: 'post' });
    expect(await one.useCases.signOn(link, null)).toBeNull();
  });

  it('says to whoever is gone why there is no sign-on, and keeps that it was asked', async () => {
    const one = await open();
    await one.ask(zoe, 'whoami');
    one.acme.directory.state.rows = staff().map((each) =>
      each.externalId === 'zoe' ? { ...each, status: 'suspended' as const } : each,
    );
    await one.acme.sync();
    expect(await one.ask(zoe, 'sign-on hub')).toContain('You are suspended in the directory, so no sign-on is given');
    expect(await one.ask(zoe, 'sign-on')).toContain('not active, so Rollcall cannot act for you');
    expect(await one.ask(zoe, 'whoami')).toContain('not active, so Rollcall cannot act for you');
    await one.acme.time.advance(60_000);
    const events = await one.useCases.history({ app: 'hub' }, null, 10);
    expect(events.map(({ type }) => type)).toContain('sign-on.refused');
  });

  it('tells on every surface what an account made by sign-on is, and what has changed since', async () => {
    const one = await open();
    await one.ask(zoe, 'sign-on hub');
    const [, link = ''] = /\/saml\/go\/([^|>]+)\|/.exec(one.answers(zoe).at(-1)?.text ?? '') ?? [];
    await one.useCases.signOn(link, null);
    one.acme.directory.state.rows = staff().map((each) =>
      each.externalId === 'zoe' ? row('zoe', { department: 'Sales', title: 'Head of Sales' }) : each,
    );
    await one.acme.sync();
    const told = /The first sign-on made this account on .*title: Account Manager → Head of Sales.*by hand/s;
    expect(await one.ask(zoe, 'status me hub')).toMatch(told);
    expect(await one.ask(zoe, 'person')).toMatch(told);
    expect(await one.ask(zoe, 'explain me hub')).toMatch(told);
    expect(await one.ask(ada, 'report zoe')).toContain('works here');
    await one.office.workspace.actions.openHome(zoe);
    await one.office.workspace.settled();
    await one.office.idle();
    const home = one.office.workspace.state.home(zoe);
    expect(JSON.stringify(home?.view)).toMatch(told);
    expect(lintView(home?.view as never)).toEqual([]);
    one.acme.directory.state.rows = staff().map((each) =>
      each.externalId === 'zoe' ? { ...each, status: 'left' } : each,
    ) as never;
    await one.acme.sync();
    expect(await one.ask(ada, 'report zoe')).toMatch(
      /\*A human must close\* 1 account, made by sign-on: Rollcall does not manage it\.\n• \*Image Hub\*/,
    );
    expect(await one.ask(ada, 'report zoe')).toMatch(/The first sign-on made this account/);
  });
});

describe('a browser that wants to be signed on', () => {
  it('goes on once its number was picked in Slack, by the person it is about alone', async () => {
    const one = await open();
    await one.ask(zoe, 'whoami');
    const browser = await one.browser();
    const [message] = await one.direct(zoe);
    expect(message?.text).toMatch(/^\*Person zoe\*: a browser wants to sign on to \*Image Hub\* as you\.\nFrom: 203/);
    expect(message && lintMessage({ text: message.text, blocks: [...message.blocks] })).toEqual([]);
    expect(JSON.stringify([await one.direct(ada), one.office.messages(ada)])).not.toContain('a browser wants');
    await one.forged(ada, message, browser.number);
    expect(await browser.page()).toMatchObject({ state: 'pick' });
    await one.pick(zoe, message, browser.number);
    expect(await browser.page()).toMatchObject({ state: 'confirmed' });
    expect((await one.direct(zoe)).map(({ text }) => text.split('\n')[0])).toEqual([
      '✅ Confirmed: the browser goes on to Image Hub by itself.',
    ]);
    expect(await one.useCases.signOn(browser.token, browser.browser)).toMatchObject({ result: 'post' });
    one.office.clock.skip(60_000);
    expect((await one.direct(zoe)).map(({ text }) => text.split('\n')[0])).toEqual(['✅ You signed on to Image Hub.']);
  });

  it('is refused by another number, and nothing turns that round', async () => {
    const one = await open();
    await one.ask(zoe, 'whoami');
    const browser = await one.browser();
    const [message] = await one.direct(zoe);
    await one.pick(zoe, message, numbersIn(message).find((number) => number !== browser.number) ?? 0);
    expect(await browser.page()).toMatchObject({ state: 'refused' });
    const [after] = await one.direct(zoe);
    expect(after?.text).toMatch(
      /^🚫 Signing on to \*Image Hub\* was refused\.\nA number was picked that the browser does not/,
    );
    await one.forged(zoe, message, browser.number);
    expect(await browser.page()).toMatchObject({ state: 'refused' });
    expect(await one.useCases.signOn(browser.token, browser.browser)).toBeNull();
  });

  it('is refused by whoever says that it was not them; the admins find it in the history', async () => {
    const one = await open();
    await one.ask(zoe, 'whoami');
    const browser = await one.browser();
    const [message] = await one.direct(zoe);
    await one.office.press(zoe, message, numberId('none'));
    expect(await browser.page()).toMatchObject({ state: 'refused' });
    await one.acme.time.advance(60_000);
    expect(await one.ask(ada, 'history zoe')).toContain('it was not them');
  });

  it('is told nothing of who may not sign on: they are, in Slack', async () => {
    const one = await open();
    await one.ask(bob, 'whoami');
    const browser = await one.browser('bob@acme.test');
    expect(await browser.page()).toMatchObject({ state: 'pick' });
    const [message, ...others] = await one.direct(bob);
    expect(others).toEqual([]);
    expect(message?.text).toMatch(/was refused\.\nYou are not entitled to Image Hub/);
    expect(JSON.stringify(message?.blocks)).not.toContain('button');
    await one.browser('nobody@acme.test');
    for (const user of [ada, zoe]) expect(await one.direct(user)).toEqual([]);
  });
});

describe('how people sign on to an app, set in Slack', () => {
  async function fill(one: Awaited<ReturnType<typeof open>>, values: Record<string, string>) {
    for (const _ of ['See what it does', 'Save']) {
      const { id = '', view } = one.office.workspace.state.modal(ada) ?? {};
      expect(lintView(view as ModalView)).toEqual([]);
      const given = ((view?.blocks ?? []) as KnownBlock[]).flatMap((block) =>
        block.type === 'input' && values[block.block_id ?? ''] !== undefined
          ? [
              [
                block.block_id ?? '',
                { [block.element.action_id ?? '']: { value: values[block.block_id ?? ''] } },
              ] as const,
            ]
          : [],
      );
      expect(await one.office.workspace.actions.submit(ada, id, Object.fromEntries(given))).toEqual({ ok: true });
      await one.office.idle();
    }
    return JSON.stringify(one.office.workspace.state.modal(ada)?.view);
  }
  const url = 'https://hub.acme.test/saml/other';
  const hub = async ({ office }: Company) =>
    (await office.store.config.read())?.config.apps.find(({ name }) => name === 'hub')?.saml;

  it('is saved by the one admin there is, and shown with where Rollcall is reached', async () => {
    const one = await open();
    await one.office.type(ada, '/provision configure hub sign-on edit');
    expect(JSON.stringify(one.office.workspace.state.modal(ada)?.view)).toContain(
      'sign-on address https://rollcall.acme.test/saml/sso',
    );
    await fill(one, { 'saml.acs': `${url}\n${sp('hub').acs[0]?.url}`, 'saml.session': '1 hour' });
    expect(await hub(one)).toMatchObject({ acs: [{ url }, sp('hub').acs[0]], session: '1 hour' });
    const shown = await one.ask(ada, 'configure hub');
    expect(shown).toContain(
      `*Sign-on*  by SAML, as ${sp('hub').entityId}; answered at ${url}, https://hub.acme.test/saml/acs`,
    );
    expect(shown).toContain('entity id `https://rollcall.acme.test/saml/metadata`');
    expect(await one.ask(ada, 'configure crm')).toContain('*Sign-on*  by SAML');
  });

  it('is proposed where there is a second admin, who has to agree', async () => {
    const one = await open(['ada@acme.test', 'bob@acme.test']);
    await one.office.type(ada, '/provision configure hub sign-on edit');
    expect(await fill(one, { 'saml.acs': url })).toContain('bob');
    expect(await hub(one)).toMatchObject({ acs: sp('hub').acs });
    expect(await one.ask(bob, 'proposals')).toContain('app hub, saml.acs');
  });
});
