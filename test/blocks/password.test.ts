import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalCard } from '../../blocks/approval-card.ts';
import { lintMessage } from '../../blocks/lint.ts';
import { onceMessage } from '../../blocks/once-message.ts';
import { passwordNote } from '../../src/core/password-parameter.ts';
import { hostileText } from './hostile.ts';
import { approval, approvalView, batch, login, loginView, operation } from './samples.ts';

const url = 'https://rollcall.acme.test/once/sso:p-7k2.Zm9vYmFyYmF6';
const saying = (message: { blocks: unknown }) => JSON.stringify(message.blocks);

describe('the message of a one-time page', () => {
  it('says what the page shows, where it is and how long', () => {
    const message = onceMessage({ purpose: 'show', apps: ['CRM'], link: url });
    expect(message.text).toMatch(/^Your account in \*CRM\* is there, with a password made for you\./);
    expect(message.text).toContain(`<${url}|See the password>`);
    expect(message.text).toContain('72 hours');
    expect(lintMessage(message)).toEqual([]);
  });

  it('says what is to be set, never to use the company password, and that the app’s own change is over', () => {
    const message = onceMessage({ purpose: 'set', apps: ['CRM', 'Wiki'], link: url });
    expect(message.text).toMatch(/^Please set a password for \*CRM\* and \*Wiki\*\./);
    expect(message.text).toContain('Never use your company password there.');
    expect(message.text).toContain('you no longer change it there');
    expect(message.text).toContain('24 hours');
    expect(lintMessage(message)).toEqual([]);
  });

  it('holds no link once there is none, and says what to do instead', () => {
    const [show, set] = (['show', 'set'] as const).map((purpose) =>
      onceMessage({ purpose, apps: ['CRM'], link: null }),
    );
    for (const message of [show, set]) expect(message?.text).not.toMatch(/https?:|<http/);
    expect(show?.text).toContain('reset it in *CRM* itself');
    expect(set?.text).toContain('/provision password');
  });

  it('stays within Slack’s limits and escapes whatever an app is called', () => {
    const view = fc.record({
      purpose: fc.constantFrom('show' as const, 'set' as const),
      apps: fc.array(hostileText, { maxLength: 60 }),
      link: fc.constantFrom(null, url),
    });
    fc.assert(
      fc.property(view, (one) => {
        expect(lintMessage(onceMessage(one))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a card says what becomes of the password', () => {
  const sso = passwordNote('sso', 'create', 'CRM');
  const generated = passwordNote('generated', 'create', 'CRM');
  const asked = (note: string | null) =>
    loginView({ login: login({ operation: operation({ kind: 'create' }) }), passwordNote: note });

  it('of one app, of several, and of a batch', () => {
    const one = approvalView({ logins: [asked(sso)], total: 1 });
    const several = approvalView({
      approval: approval({ app: null, operationKind: null, operations: 2 }),
      ...{ total: 2, logins: [asked(null), asked(generated)] },
    });
    const many = { ...batch(9, 'create'), logins: [asked(sso)] };
    expect(saying(approvalCard(one))).toContain('they no longer change it in CRM');
    expect(saying(approvalCard(several))).toContain('they get a generated password, shown to them once');
    expect(saying(approvalCard(many))).toContain('they no longer change it in CRM');
    for (const view of [one, several, many]) expect(lintMessage(approvalCard(view))).toEqual([]);
  });

  it('and nothing where Rollcall sets none', () => {
    expect(saying(approvalCard(approvalView({ logins: [asked(null)], total: 1 })))).not.toContain('*Password*');
  });
});
