import type { KnownBlock } from '@slack/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noPowers, type Powers, refusalFor } from '../../../src/core/audience.ts';
import { audienceOfPress } from '../../../src/slack/actions/audience.ts';
import { type VerbName, verbNames, verbs } from '../../../src/slack/command/verbs.ts';
import { ada, bob, gus, max, type Office, olga, openOffice, openRequest, sam, zoe } from '../office.ts';

/*
 * Every verb by everybody who may type it, held against one table: a verb that is new, or open to others than before, is red
 * until the table says so. Who may decide a request says its circle, row by row in `approval-security.contract.test.ts`; who may press
 * what, `presses.contract.test.ts`; the commands of a shell, `test/cli/roles.test.ts`.
 */
const table = {
  /** Words about the command, nothing of the company. */
  anybody: 'help',
  everyone: 'status person explain history pending plan request password sign-on whoami',
  /** Judged by the request: its circle decides, and tells everybody else so. */
  approvers: 'approve reject done cannot ask delegate keep closed',
  readers: 'app who-had report digest',
  auditors: 'discover twins proposals doctor',
  admins:
    'undo disable release pause resume retry rematch disassociate reprovision connect renew refresh triage same role mapping rule parameter configure directory settings withdraw sync',
} as const;
type Audience = keyof typeof table;

/** Verbs of admins of which a part only looks: so typed, they are for auditors. */
const looks: Readonly<Partial<Record<VerbName, string>>> = {
  ...{ pause: 'pause', role: 'role sales', mapping: 'mapping', directory: 'directory', settings: 'settings' },
  ...{ rule: 'rule crm', parameter: 'parameter crm', configure: 'configure crm' },
};

/** About somebody else, or nobody in particular; everybody is answered about themselves. */
const others: Readonly<Record<string, Audience | 'managed'>> = {
  'status ada@acme.test': 'readers',
  'status crm': 'readers',
  'person ada@acme.test': 'readers',
  'explain ada@acme.test crm': 'readers',
  'history ada@acme.test': 'readers',
  'history crm': 'readers',
  'pending a-others': 'readers',
  /** About somebody whom max manages, asked of him and of ada. */
  'pending a-managed': 'managed',
  'plan ada@acme.test': 'auditors',
  'plan crm': 'auditors',
};

/** Whom each role's word counts for. `nobody`: guests, strangers, who has left. */
const may: Readonly<Record<Role, readonly (Audience | 'managed')[]>> = {
  nobody: ['anybody'],
  person: ['anybody', 'everyone', 'approvers'],
  /** A person like others, but for the requests about their people. */
  manager: ['anybody', 'everyone', 'approvers', 'managed'],
  approver: ['anybody', 'everyone', 'approvers', 'managed', 'readers'],
  auditor: ['anybody', 'everyone', 'approvers', 'managed', 'readers', 'auditors'],
  admin: ['anybody', 'everyone', 'approvers', 'managed', 'readers', 'auditors', 'admins'],
};
type Role = 'nobody' | 'person' | 'manager' | 'approver' | 'auditor' | 'admin';
const powersOf: Readonly<Record<keyof typeof may, Powers>> = {
  ...{ nobody: noPowers, person: noPowers, manager: noPowers },
  approver: { ...noPowers, approver: true },
  auditor: { ...noPowers, auditor: true },
  admin: { ...noPowers, admin: true, approver: true },
};
const left = 'U0LEFT0001';
const people = [
  [gus, 'a guest', 'nobody'],
  [sam, 'somebody of another organisation', 'nobody'],
  [left, 'somebody who has left', 'nobody'],
  [zoe, 'a person', 'person'],
  [max, 'a manager', 'manager'],
  [bob, 'an approver, or an owner of an app', 'approver'],
  [olga, 'an auditor', 'auditor'],
  [ada, 'an admin', 'admin'],
] as const;

const audienceIn = (verb: string): Audience | undefined =>
  (Object.keys(table) as Audience[]).find((audience) => table[audience].split(' ').includes(verb));

const notForYou = /^Only (admins|approvers|those who may decide)/;
const ownAlone = /^You can see your own logins|^Only (admins and auditors may plan|those who may decide, admins and)/;
const notKnown = /not know you|not active|members of this company only|Slack guest|guest|organisation|No access/i;

let office: Office;
beforeAll(async () => {
  office = await openOffice(
    { channel: '#access', leaverChannel: '#leavers' },
    {
      people: [
        ...[
          [ada, 'ada'],
          [bob, 'bob'],
          [zoe, 'zoe'],
          [olga, 'olga'],
          [max, 'max'],
          [left, 'lea'],
        ].map(([id = '', name = '']) => ({ id, name, realName: name, email: `${name}@acme.test`, timeZone: 'UTC' })),
        ...[
          { id: gus, name: 'gus', guest: true },
          { id: sam, name: 'sam', teamId: 'T0FOREIGN1' },
        ].map((one) => ({ ...one, realName: one.name, email: `${one.name}@acme.test`, timeZone: 'UTC' })),
      ],
    },
  );
  const request = openRequest({ id: 'a-others', person: 'p-ada', circle: ['p-ada'] });
  office.approvals.set(request.id, request);
  const managed = openRequest({ id: 'a-managed', person: 'p-lea', circle: ['p-ada', 'p-max'] });
  office.approvals.set(managed.id, managed);
});
afterAll(() => office.close());

/** What is said to whoever typed it, and the buttons drawn beside. Nothing: it opened something. */
async function answer(user: string, line: string): Promise<{ text: string; buttons: string[] }> {
  const said = () => office.messages(user).filter((message) => message.ephemeralFor === user);
  const before = said().length;
  await office.type(user, `/provision ${line}`);
  const messages = said().slice(before);
  return { text: messages.map(({ text }) => text).join('\n'), buttons: messages.flatMap(buttonsIn) };
}

const buttonsIn = ({ blocks }: { blocks?: readonly KnownBlock[] | undefined }): string[] =>
  (blocks ?? []).flatMap((block) => {
    if (block.type === 'actions') return block.elements.flatMap(({ action_id }) => action_id ?? []);
    return block.type === 'section' && block.accessory?.type === 'button' ? (block.accessory.action_id ?? []) : [];
  });

/** What everybody asks about themselves, and what an example would only look at. */
const typed: Readonly<Partial<Record<VerbName, string>>> = {
  ...{ plan: 'plan', status: 'status me', person: 'person', explain: 'explain crm', history: 'history me' },
  ...{ rule: 'rule crm new', parameter: 'parameter crm new' },
};
const lineOf = (verb: VerbName): string => typed[verb] ?? verbs[verb].example ?? verb;

/** Lines with whom they are for. */
const lines: readonly (readonly [line: string, audience: Audience | 'managed'])[] = [
  ...verbNames.map((verb) => [lineOf(verb), audienceIn(verb) ?? 'admins'] as const),
  ...Object.values(looks).map((line) => [line, 'auditors'] as const),
  ...Object.entries(others),
];

/** Whom Rollcall does not know is refused before the verb is looked at: one line for each audience shows it. */
const firstOfEach = lines.filter(([, audience], index) => lines.findIndex((line) => line[1] === audience) === index);

describe('who may type what', () => {
  it('is written in one table, with every verb in it once', () => {
    const written = Object.values(table).flatMap((names) => names.split(' '));
    expect(written.sort()).toEqual([...verbNames].sort());
    for (const verb of verbNames)
      expect(`${verb}: ${verbs[verb].audience}`).toBe(`${verb}: ${audienceIn(verb)?.replace('anybody', 'everyone')}`);
    expect(verbNames.filter((verb) => verbs[verb].looks !== null).sort()).toEqual(Object.keys(looks).sort());
  });

  it.each(people)('holds for %s, %s: what is refused does nothing, and no button is drawn in vain', async (...row) => {
    const [user, , role] = row;
    const wrong: string[] = [];
    for (const [line, audience] of role === 'nobody' ? firstOfEach : lines) {
      const allowed = may[role].includes(audience);
      const calls = office.calls.length;
      const { text, buttons } = await answer(user, line);
      const done = office.calls.slice(calls);
      if (!allowed && done.length > 0) wrong.push(`${line} did ${done.join()}`);
      const refused = notForYou.test(text) || ownAlone.test(text) || (role === 'nobody' && notKnown.test(text));
      if (refused === allowed) wrong.push(`${line}: ${text.slice(0, 120)}`);
      const vain = buttons.filter((id) => refusalFor(audienceOfPress(id), powersOf[role]) !== null);
      if (vain.length > 0) wrong.push(`${line} draws ${vain.join()} for ${role}`);
    }
    expect(wrong).toEqual([]);
  });
});
