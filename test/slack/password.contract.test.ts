import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ada, gus, type Office, openOffice, person, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const link = 'https://rollcall.acme.test/once/sso:p-zoe.Zm9vYmFyYmF6Zm9vYmFyYmF6';
const page = { purpose: 'set' as const, apps: ['CRM'], link };
const direct = async (user: string) => {
  const id = await office.workspace.actions.openDirectMessage(user);
  return office.workspace.state.messages(id, user);
};
const want = (to: string) =>
  office.store.outbox.want(
    { id: 'once:sso:p-zoe:n1', kind: 'once', subject: 'sso:p-zoe n1', to, body: null },
    office.clock.now(),
  );

describe('the message of a one-time page', () => {
  it('goes to its person alone, says so to the engine, and is stored nowhere', async () => {
    office.world.oncePage = page;
    await want('p-zoe');
    await office.pump();
    const [message] = await direct(zoe);
    expect(message?.text).toContain(`<${link}|Set the password>`);
    expect(await direct(ada)).toEqual([]);
    expect(office.messages(ada)).toEqual([]);
    expect(office.calls).toContain('told sso:p-zoe n1');
    expect(JSON.stringify([await office.store.outbox.get('once:sso:p-zoe:n1'), office.lines])).not.toContain('Zm9v');
  });

  it('loses its link once the page is used', async () => {
    office.world.oncePage = page;
    await want('p-zoe');
    await office.pump();
    office.world.oncePage = { ...page, link: null };
    office.clock.skip(60_000);
    await want('p-zoe');
    await office.pump();
    const messages = await direct(zoe);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain('works no longer');
    expect(JSON.stringify(messages)).not.toContain('https:');
  });

  it('is not sent at all when the page was used or replaced before', async () => {
    office.world.oncePage = { ...page, link: null };
    await want('p-zoe');
    await office.pump();
    expect(await direct(zoe)).toEqual([]);
    expect(office.calls).not.toContain('told sso:p-zoe n1');
  });

  it('waits without a fuss for somebody Slack does not know yet, and reaches them when it does', async () => {
    office.world.oncePage = page;
    const known = office.useCases.person;
    const newcomer = { ...person('nora', null), id: 'p-zoe' };
    office.useCases.person = async (id) => (id === 'p-zoe' ? newcomer : known(id));
    await want('p-zoe');
    await office.pump();
    expect(office.calls).not.toContain('told sso:p-zoe n1');
    expect(office.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    office.useCases.person = known;
    await want('p-zoe');
    await office.pump();
    expect(await direct(zoe)).toHaveLength(1);
    expect(office.calls).toContain('told sso:p-zoe n1');
  });
});

describe('/provision password', () => {
  it('sends one’s own link, says what is on its way, and shows no link to anybody', async () => {
    office.useCases.passwords = async () => [
      {
        ...{ kind: 'sso', state: 'handing', waiting: ['wiki'], delivered: ['crm'], until: null, nextAt: null },
        text: 'The password for Wiki is set and on its way.',
      },
    ];
    await office.type(zoe, '/provision password');
    const [reply] = office.messages(zoe);
    expect(reply?.text).toBe(
      'The password for Wiki is set and on its way. A link is on its way to you by direct message.',
    );
    expect(reply?.ephemeralFor).toBe(zoe);
    expect(office.calls).toEqual(['password p-zoe']);
  });

  it('is for nobody else, and not for guests', async () => {
    await office.type(ada, '/provision password zoe');
    await office.type(gus, '/provision password');
    expect(office.calls).toEqual([]);
  });
});
