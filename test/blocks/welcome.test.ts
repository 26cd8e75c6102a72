import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signOnPattern } from '../../blocks/ids.ts';
import { lintMessage } from '../../blocks/lint.ts';
import { welcomeMessage } from '../../blocks/welcome.ts';
import type { Welcome } from '../../src/core/welcome.ts';
import { listLength, hostileText as text } from './hostile.ts';

const app = (name: string, change: Partial<Welcome['apps'][number]> = {}) => ({
  ...{ app: name, title: name.toUpperCase(), signOn: `https://${name}.acme.test`, userName: 'zoe@acme.test' },
  ...change,
});
const welcome = (change: Partial<Welcome> = {}): Welcome => ({
  personName: 'Zoe',
  apps: [app('crm')],
  coming: [],
  ...change,
});
const buttons = (built: ReturnType<typeof welcomeMessage>) =>
  built.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

describe('a welcome in Slack', () => {
  it('says what there is, where, and as whom; a button opens each', () => {
    const built = welcomeMessage(welcome({ apps: [app('crm'), app('wiki')] }), 'joiner');
    expect(built.text).toContain('Welcome, *Zoe*! You have 2 accounts:');
    expect(built.text).toContain('• *CRM*: sign on at `https://crm.acme.test`, as `zoe@acme.test`');
    expect(buttons(built)).toMatchObject([
      { type: 'button', text: { text: 'Sign on to CRM' }, url: 'https://crm.acme.test' },
      { type: 'button', text: { text: 'Sign on to WIKI' }, url: 'https://wiki.acme.test' },
    ]);
    for (const button of buttons(built)) expect(button.action_id).toMatch(signOnPattern);
  });

  it('says no more than is known', () => {
    const bare = [app('crm', { signOn: null, userName: null }), app('wiki', { signOn: null })];
    const built = welcomeMessage(welcome({ apps: bare }), 'joiner');
    expect(built.text).toContain('• *CRM*\n• *WIKI*: sign on, as `zoe@acme.test`');
    expect(buttons(built)).toEqual([]);
  });

  it('says what is on its way', () => {
    const coming = [
      { title: 'Wiki', word: 'pending approval' },
      { title: 'Chat', word: 'provisioning' },
    ];
    expect(welcomeMessage(welcome({ coming }), 'joiner').text).toContain(
      'On the way: *Wiki* (🕓 pending approval) and *Chat* (⏳ provisioning).',
    );
  });

  it('asks the manager to pass it on, and gives them no buttons', () => {
    const built = welcomeMessage(welcome(), 'manager');
    expect(built.text).toContain('*Zoe* is not in Slack yet, and has 1 account:');
    expect(built.text).toContain('Please tell them until then.');
    expect(buttons(built)).toEqual([]);
  });

  it('tells the manager once there is nothing left to pass on', () => {
    const built = welcomeMessage(welcome(), 'informed');
    expect(built.text).toContain('*Zoe* is in Slack now, and has 1 account:');
    expect(built.text).toContain('There is nothing left for you to do.');
    expect(buttons(built)).toEqual([]);
  });

  it('shows as many buttons as a row holds', () => {
    const apps = Array.from({ length: 60 }, (_, index) => app(`app${index}`));
    expect(buttons(welcomeMessage(welcome({ apps }), 'joiner'))).toHaveLength(20);
  });

  it('keeps Slack’s rules whatever it tells', () => {
    const welcomes = fc
      .record({ said: text, as: fc.option(text), length: listLength, coming: listLength, linked: fc.boolean() })
      .map(({ said, as, length, coming, linked }) => ({
        personName: said,
        apps: Array.from({ length }, (_, index) => ({
          ...{ app: `${index}-${said}`, title: said, userName: as },
          signOn: linked ? `https://${'a'.repeat(480)}.test` : null,
        })),
        coming: Array.from({ length: coming }, () => ({ title: said, word: said })),
      }));
    fc.assert(
      fc.property(welcomes, fc.constantFrom('joiner' as const, 'manager' as const, 'informed' as const), (one, to) => {
        expect(lintMessage(welcomeMessage(one, to))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
