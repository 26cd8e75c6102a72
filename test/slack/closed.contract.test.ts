import { afterEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { lintMessage } from '../../blocks/lint.ts';
import { connector } from '../../connectors/saml.ts';
import { Config } from '../../src/core/config.ts';
import type { Message } from '../../src/local-slack/model.ts';
import { row } from '../fakes/memory-directory.ts';
import { actionBlockOf, ada, bob, gus, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

const started: Company[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

const sp = { entityId: 'https://hub.acme.test/saml', acs: [{ url: 'https://hub.acme.test/acs' }] };

/** Ada is the admin, Bob owns the hub, `crm` the CRM; accounts in the hub are made by sign-on. */
const configWith = (approvers: string[], crm: string[]) =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers, channel: '#access' },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Sales', apps: ['hub'] }],
    mappings: [
      { name: 'Sales', conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }], roles: ['Sales'] },
    ],
    apps: [
      { ...{ name: 'crm', title: 'CRM', connector: 'memory', owners: crm } },
      { ...{ name: 'hub', title: 'Image Hub', connector: 'saml', saml: sp, owners: ['bob@acme.test'] } },
    ],
  });
const staff = () => ['ada', 'bob', 'zoe'].map((name) => row(name, { department: 'IT' }));

/** Max has signed on to the hub. He is in no office of ours: what he does goes by the engine. */
async function open({ left = true, config = configWith(['ada@acme.test'], ['zoe@acme.test']) } = {}) {
  const rows = [...staff(), row('max', { department: 'Sales', manager: 'zoe@acme.test' })];
  const company = await openCompany({}, undefined, rows, connector, config);
  started.push(company);
  const { office, acme } = company;
  const { useCases } = acme.engine;
  const slack = { team: 'T1', user: 'U0MAX00001' };
  const profile = { email: 'max@acme.test', name: 'max', guest: false, bot: false, deleted: false, stranger: false };
  await useCases.identify(slack, profile);
  const offer = await useCases.signOnLink(await acme.personOf('max'), 'hub', slack);
  if (offer.result !== 'link') throw new Error(offer.text);
  await useCases.signOn(offer.link.split('/').at(-1) ?? '', null);
  const { id } = await acme.personOf('max');
  if (left) {
    acme.directory.state.rows = staff();
    await acme.sync();
  }
  const answers = (user: string) => office.messages(user).filter(({ ephemeralFor }) => ephemeralFor === user);
  const last = (user: string) => answers(user).at(-1);
  const press = async (user: string, message: Message | undefined) => {
    await office.press(user, message, actionIds.markClosed);
    for (const { text, blocks } of answers(user)) expect(lintMessage({ text, blocks: [...blocks] })).toEqual([]);
  };
  return {
    ...{ ...company, id, answers, last, press },
    async ask(user: string, line: string): Promise<string> {
      await office.type(user, `/provision ${line}`);
      return last(user)?.text ?? '';
    },
    hasButton: (user: string) => actionBlockOf(last(user)?.blocks ?? [], actionIds.markClosed) !== undefined,
    /** A copy of a message, buttons and all, in the hands of somebody else. */
    async copied(user: string, message: Message | undefined): Promise<Message | undefined> {
      const post = { channel: office.channel('access'), user, text: 'a copy', blocks: [...(message?.blocks ?? [])] };
      await office.deps.clients.bulk.chat.postEphemeral(post as never);
      return last(user);
    },
    account: async () => (await office.store.logins.get(`${id}:hub`))?.account,
    async closings(): Promise<string[]> {
      await acme.time.advance(60_000);
      const events = await office.store.events.list({ person: id, app: 'hub' }, null, 100);
      return events.filter(({ type }) => type === 'account.closed').map(({ actor }) => actor.name);
    },
  };
}

describe('an account that sign-on made, in the report of a leaver', () => {
  it('is marked as closed by a press, after a question, and the report is drawn anew in its place', async () => {
    const one = await open();
    expect(await one.ask(ada, 'report max')).toMatch(/\*A human must close\* 1 account, made by sign-on/);
    const report = one.last(ada);
    expect(JSON.stringify(report?.blocks)).toMatch(
      /"Rollcall cannot look into Image Hub\. Say so once the account of Person max is closed there/,
    );
    await one.press(ada, report);
    expect(one.answers(ada)).toHaveLength(1);
    expect(one.last(ada)?.text).toMatch(
      /^The account of Person max in Image Hub is marked as closed, on your word.*none left for a human to close/s,
    );
    expect(one.last(ada)?.text).toMatch(/✅ \*Closed\* \(1 account\):\n• \*Image Hub\* .*Person ada said on/);
    expect(one.hasButton(ada)).toBe(false);
    expect([await one.account(), await one.closings()]).toEqual(['deleted', ['Person ada']]);
    expect(await one.ask(ada, 'history max')).toContain('said that the account sign-on had made is closed');
    expect(await one.ask(ada, 'explain max hub')).toMatch(/may not sign on to Image Hub.*Person ada said on/s);
    expect(await one.ask(ada, 'who-had hub')).toContain('Nobody had an account');
  });

  it('is closed once: of presses at the same moment one counts, and the others are told whose', async () => {
    const one = await open();
    await one.ask(ada, 'report max');
    await one.ask(bob, 'report max');
    const [hers, his] = [one.last(ada), one.last(bob)];
    await Promise.all([one.press(ada, hers), one.press(bob, his), one.press(ada, hers)]);
    const closings = await one.closings();
    expect(closings).toHaveLength(1);
    const told = [...one.answers(ada), ...one.answers(bob)].map(({ text }) => text).join('\n');
    expect(told).toMatch(new RegExp(`is closed already: ${closings[0]} said on`));
    const copy = await one.copied(bob, his);
    await one.press(bob, copy);
    expect(one.last(bob)?.text).toMatch(new RegExp(`is closed already: ${closings[0]} said on`));
    expect(await one.closings()).toHaveLength(1);
  });

  it('is nobody else’s to close, whatever buttons they have got hold of', async () => {
    const one = await open();
    expect(await one.ask(zoe, 'report max')).toContain('*A human must close* 1 account');
    expect([one.hasButton(zoe), one.last(zoe)?.text.includes('/provision closed')]).toEqual([false, false]);
    await one.ask(ada, 'report max');
    const report = one.last(ada);
    for (const [user, why] of [
      [zoe, 'Only admins, approvers and the owners of Image Hub say that an account there is closed'],
      [gus, 'does not answer guests'],
    ] as const) {
      await one.press(user, await one.copied(user, report));
      expect(one.last(user)?.text.toLowerCase()).toContain(why.toLowerCase());
    }
    expect(await one.ask(zoe, 'closed max hub')).toMatch(/admins, approvers and the owners of Image Hub/);
    expect([await one.account(), await one.closings()]).toEqual(['active', []]);
  });

  it('is their manager’s to close where managers approve, who is shown no more than that by it', async () => {
    const one = await open({ config: configWith(['ada@acme.test', 'manager'], []) });
    expect(await one.ask(zoe, 'report max')).toContain('Only approvers, auditors and admins');
    await one.ask(ada, 'report max');
    await one.press(zoe, await one.copied(zoe, one.last(ada)));
    expect(one.last(zoe)?.text).toMatch(/^The account of Person max in Image Hub is marked as closed, on your word/);
    expect(one.last(zoe)?.text).not.toContain('left for a human');
    expect(await one.closings()).toEqual(['Person zoe']);
  });

  it('is no press to be made while its person may sign on', async () => {
    const one = await open({ left: false });
    expect(await one.ask(ada, 'report max')).toContain('works here: nothing has to be closed');
    expect(one.hasButton(ada)).toBe(false);
    expect(await one.ask(ada, 'closed max hub')).toMatch(
      /may still sign on to Image Hub .*would make the account anew.*Take the role/s,
    );
    expect(await one.account()).toBe('active');
  });
});

describe('closed, typed', () => {
  it('says it by hand with a note, and takes it back as a mistake', async () => {
    const one = await open();
    expect(await one.ask(bob, 'closed max Image Hub --note ticket 4711')).toContain('marked as closed, on your word');
    expect(await one.ask(ada, 'closed max hub')).toMatch(/closed already: Person bob said on .* \(ticket 4711\)/);
    expect(await one.ask(bob, 'closed max hub --mistake another Max')).toMatch(/only admins take back/i);
    expect(await one.ask(ada, 'closed max hub --mistake another Max')).toContain('counts as open again');
    expect(await one.account()).toBe('active');
    expect(await one.ask(ada, 'closed max')).toContain('Say which app you mean');
    expect(await one.ask(ada, 'closed max crm')).toContain('has no account in CRM that sign-on made');
    expect(await one.ask(zoe, 'help closed')).toContain(
      '/provision closed &lt;person&gt; &lt;app&gt; [--note text] [--mistake why]',
    );
  });
});
