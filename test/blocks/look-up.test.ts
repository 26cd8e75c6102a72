import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerModal, waitingModal } from '../../blocks/answer-modal.ts';
import { answer } from '../../blocks/help.ts';
import { home } from '../../blocks/home.ts';
import { actionIds } from '../../blocks/ids.ts';
import { lintView } from '../../blocks/lint.ts';
import { loginModal, type OpenedLogin } from '../../blocks/login-modal.ts';
import { type LookUpView, lookUpModal, lookUpRows } from '../../blocks/look-up.ts';
import type { LoginView } from '../../blocks/view.ts';
import { statusWords } from '../../src/core/status.ts';
import { listLength, hostileText as text } from './hostile.ts';
import { approval, approvalView, login, loginView, operation } from './samples.ts';

const fill = <T>(length: number, one: T): T[] => Array.from({ length }, () => one);
const crm = { app: 'crm', title: 'CRM', words: { provisioned: 3 }, health: null };
const page: LookUpView = {
  ...{ of: { app: crm }, word: null, text: '', logins: [loginView({ word: 'failed' })], page: 1, more: false },
  ...{ metadata: '{}', reader: { person: 'p-ada', admin: true, approver: true } },
};
const opened = (change: Partial<OpenedLogin> & { word?: string } = {}): OpenedLogin => ({
  login: loginView({ word: change.word ?? 'provisioned', explanation: 'It is as it should be.' }),
  ...{ admin: true, request: null, approvedBy: ['Ada'], deletes: true, paused: null },
  ...change,
});
const labels = ({ blocks }: { blocks: readonly unknown[] }): string[] =>
  (blocks as KnownBlock[]).flatMap((block) => {
    if (block.type === 'section' && block.accessory?.type === 'button') return [block.accessory.text.text];
    if (block.type !== 'actions') return [];
    return block.elements.flatMap((part) => (part.type === 'button' ? [part.text.text] : []));
  });
const said = (view: { blocks: readonly unknown[] }): string => JSON.stringify(view.blocks);

describe('a look-up', () => {
  it('has a row with a button for each login, named after what it opens', () => {
    const of = (word: string) => labels(lookUpModal({ ...page, logins: [loginView({ word })] }))[0];
    expect(statusWords.map(of)).toEqual([
      ...['Decide', 'Open task', 'Explain', 'Explain', 'Explain', 'Explain', 'Explain', 'Explain', 'Explain'],
      ...['Why, and retry', 'Why, and release', 'Explain', 'Match', 'Rematch', 'Rematch', 'Explain'],
    ]);
  });

  it('promises those who may do nothing no more than the reason', () => {
    const of = (word: string, reader: LookUpView['reader']) =>
      labels(lookUpModal({ ...page, reader, logins: [loginView({ word })] }))[0];
    const approver = { person: 'p-bob', admin: false, approver: true };
    const own = { person: 'p-zoe', admin: false, approver: true };
    expect(['pending approval', 'failed', 'missing'].map((word) => of(word, approver))).toEqual([
      'Decide',
      'Why',
      'Why',
    ]);
    expect(of('pending approval', own)).toBe('Who decides');
    expect(of('pending approval', { ...approver, approver: false })).toBe('Who decides');
  });

  it('turns pages only where there are any, and keeps the search that stands', () => {
    expect(labels(lookUpModal(page)).slice(1)).toEqual([]);
    expect(labels(lookUpModal({ ...page, more: true })).slice(1)).toEqual(['Next page']);
    expect(labels(lookUpModal({ ...page, page: 2 })).slice(1)).toEqual(['Previous page']);
    const view = lookUpModal({ ...page, page: 3, more: true, word: 'failed', text: 'zoe', metadata: '{"app":"crm"}' });
    expect(labels(view).slice(1)).toEqual(['Previous page', 'Next page']);
    expect(view.private_metadata).toBe('{"app":"crm"}');
    expect(said(view)).toContain('"initial_value":"zoe"');
    expect(said(view)).toContain('/provision app crm failed --find zoe');
    expect(said(view)).toContain('"initial_option":{"text":{"type":"plain_text","text":"❌ failed"');
  });

  it('shows no more rows than a page has', () => {
    expect(labels(lookUpModal({ ...page, logins: fill(100, loginView()) }))).toHaveLength(lookUpRows);
  });
});

describe('a login opened', () => {
  const held = (trouble: object, request: OpenedLogin['request'] = null, paused: OpenedLogin['paused'] = null) => ({
    ...opened({ request, paused }),
    login: loginView({
      word: 'held',
      login: login({
        operation: operation({ state: 'held', trouble: { kind: 'x', message: 'm', remedy: 'r', at: 1, ...trouble } }),
      }),
    }),
  });
  const request = (mayDecide: boolean) => ({ view: approvalView(), mayDecide });

  it('pending: approve or reject for those who decide, and who may for the others', () => {
    const asks = (mayDecide: boolean) => loginModal(opened({ word: 'pending approval', request: request(mayDecide) }));
    expect(labels(asks(true))).toEqual(['Approve', 'Reject', 'Explain']);
    expect(labels(asks(false))).toEqual(['Explain']);
    expect(said(asks(false))).toContain('May decide: Ada Lovelace and Bob Stone');
    expect(said(asks(true))).toContain('/provision approve a-7Fq2');
  });

  it('failed: the reason and Retry, for admins', () => {
    expect(labels(loginModal(opened({ word: 'failed' })))).toEqual(['Retry', 'Explain']);
    expect(labels(loginModal(opened({ word: 'failed', admin: false })))).toEqual(['Explain']);
    expect(said(loginModal(opened({ word: 'failed' })))).toContain('/provision retry p-zoe crm');
  });

  it.each(['needs match', 'missing', 'disassociated'])('%s: rematch', (word) => {
    expect(labels(loginModal(opened({ word })))).toEqual(['Rematch', 'Explain']);
    expect(said(loginModal(opened({ word })))).toContain('/provision rematch p-zoe crm');
  });

  it('held: why, and the release that fits', () => {
    expect(labels(loginModal(held({ tries: 8 })))).toEqual(['Release and retry', 'Explain']);
    expect(labels(loginModal(held({ kind: 'paused' }, null, { app: 'crm' })))).toEqual(['Resume', 'Explain']);
    expect(labels(loginModal(held({ kind: 'threshold' }, request(true))))).toEqual(['Approve', 'Reject', 'Explain']);
    expect(labels(loginModal(held({ kind: 'window' })))).toEqual(['Explain']);
    expect(said(loginModal(held({ kind: 'paused' }, null, { person: 'p-zoe' })))).toContain('/provision resume p-zoe');
  });

  it('says who agreed', () => {
    expect(said(loginModal(opened({ approvedBy: ['Ada', 'Bob'] })))).toContain('Approved by Ada and Bob');
  });
});

describe('App Home', () => {
  const input = {
    ...{ person: 'p-ada', name: 'Ada', pending: [], logins: [loginView({ word: 'provisioned' })], admin: null },
    ...{ approvedBy: { crm: ['Bob'] }, apps: null, signOn: [] },
  };

  it('shows everybody their logins and who agreed to them', () => {
    expect(labels(home(input))).toEqual(['Explain', 'Ask for access', 'Refresh']);
    expect(said(home(input))).toContain('Approved by Bob');
  });

  it('puts first what needs somebody, and speaks of decisions to those alone who have any', () => {
    const many = [...fill(20, loginView({ word: 'provisioned' })), loginView({ word: 'failed' })];
    expect(labels(home({ ...input, logins: many }))[0]).toBe('Why');
    expect(said(home(input))).toContain('this is what you have');
    expect(said(home({ ...input, apps: [crm] }))).toContain('nothing waits for your decision');
  });

  it('opens all of one’s logins where there are more, and the people of each app for those who may', () => {
    expect(labels(home({ ...input, logins: fill(20, loginView()) }))).toContain('All your logins');
    expect(labels(home({ ...input, apps: [crm, crm] })).filter((label) => label === 'People')).toHaveLength(2);
    expect(said(home({ ...input, apps: [crm] }))).toContain(actionIds.allPeople);
  });
});

describe('at the extremes they keep to Slack’s limits', () => {
  const runs = { numRuns: 60 };
  const views: fc.Arbitrary<LoginView> = fc
    .record({ word: fc.constantFrom(...statusWords), name: text, app: text, why: text, said: text })
    .map(({ word, name, app, why, said: message }) =>
      loginView({
        ...{ word, personName: name, appTitle: app, explanation: why },
        login: login({
          app,
          operation: operation({ trouble: { kind: 'x', message, remedy: message, at: 1, tries: 3 } }),
        }),
      }),
    );

  it('look-ups', () => {
    fc.assert(
      fc.property(
        views,
        text,
        text,
        listLength,
        fc.boolean(),
        fc.option(fc.constantFrom(...statusWords)),
        (one, name, sought, length, more, word) => {
          const app = { ...crm, app: name.slice(0, 300), title: name };
          const of = more ? { app } : { person: name.slice(0, 300), name };
          const view = lookUpModal({
            of,
            word,
            text: sought.slice(0, 200),
            logins: fill(length, one),
            page: length + 1,
            more,
            metadata: '{}',
            reader: { person: name, admin: more, approver: more },
          });
          expect(lintView(view).slice(0, 3)).toEqual([]);
        },
      ),
      runs,
    );
  });

  it('opened logins, answers and the wait for one', () => {
    fc.assert(
      fc.property(views, text, fc.boolean(), fc.boolean(), (one, name, admin, asks) => {
        const view = approvalView({ personName: name, approval: approval(), logins: [one] });
        const modal = loginModal({
          ...{ login: one, admin, request: asks ? { view, mayDecide: admin } : null, approvedBy: fill(30, name) },
          deletes: asks,
          paused: asks ? { app: name, person: name } : null,
        });
        expect(lintView(modal).slice(0, 3)).toEqual([]);
        expect(lintView(answerModal(answer(name, name))).slice(0, 3)).toEqual([]);
      }),
      runs,
    );
    expect(lintView(waitingModal())).toEqual([]);
  });
});
