import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionIds, callbackIds, questionInput, reasonInput } from '../../blocks/ids.ts';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { configOf } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';
import { ada, bob, gus, olga } from './office.ts';
import { type Company, openCompany, send } from './real-company.ts';
import { transport } from './transport.ts';

/*
 * What everybody presses, submits and types about a request, in every state of it: from Slack's payload to the store. Who may is
 * written from the rules (design.md, *Who may what*; docs/approval-security.md); the engine's own product of the same is
 * `test/engine/request-acts.test.ts`. What is refused says so to whoever pressed, and changes nothing.
 */
const users = {
  ...{ guest: gus, left: 'U0LEA00001', person: 'U0EVE00001', subject: 'U0SUB00001', manager: 'U0MAX00001' },
  ...{ approver: bob, owner: 'U0OWEN0001', delegate: 'U0DANA0001', auditor: olga, admin: ada },
} as const;
type Role = keyof typeof users;
const roles = Object.keys(users) as Role[];
const nobody: readonly Role[] = ['guest', 'left'];
const names = { left: 'lea', person: 'eve', manager: 'max', owner: 'owen', delegate: 'dana', auditor: 'olga' } as const;

/** Those whom one step asks; the delegate is the approver's. */
const circle: readonly Role[] = ['manager', 'approver', 'owner', 'delegate'];
const readers: readonly Role[] = ['approver', 'owner', 'auditor', 'admin'];
type State = { decide: readonly Role[]; ask: readonly Role[]; see: readonly Role[] };
const over: State = { decide: [], ask: [], see: [...readers, ...circle, 'subject'] };
const waiting: State = { ...over, decide: circle, ask: [...circle, 'admin'] };
/** Asked of the manager, who has agreed, and of the owner now. */
const second: State = {
  decide: ['owner'],
  ask: ['manager', 'owner', 'admin'],
  see: [...readers, 'manager', 'subject'],
};
const states: Readonly<Record<string, State>> = {
  ...{ open: waiting, paused: waiting, second },
  ...{
    approved: over,
    rejected: over,
    expired: over,
    withdrawn: over,
    gone: { ...over, see: [...readers, ...circle] },
    gathering: over,
    removed: over,
  },
};
/** Everybody is whom one of them is about, by one Slack account: the subject presses as that person. */
const subjects = Object.keys(states);

const staff = ['ada', 'bob', ...Object.values(names)].map((name) => row(name));
const joining = (some: readonly string[]) => some.map((name) => row(name, { manager: 'max@acme.test' }));
const asked = (who: string) => ({ who: [who] });
const member = (id: string, name: string) => ({
  ...{ id, name, realName: name, email: `${name}@acme.test`, timeZone: 'UTC' },
});

/** Three apps: one that asks once, one in two steps, and one that is removed. */
function config(): Config {
  const base = configOf(
    { owners: ['owen@acme.test'], approval: { create: true } },
    {
      ...{ admins: ['ada@acme.test'], auditors: ['olga@acme.test'], approvers: ['bob@acme.test', 'manager', 'owners'] },
      approvalExpiry: '30 days',
    },
  );
  const [crm] = base.apps;
  if (crm === undefined) throw new Error('no app');
  const approval = { ...crm.provisioning.approval, create: { steps: [asked('manager'), asked('owners')] } };
  const membersOf = (some: readonly string[]) => some.map((name) => `${name}@acme.test`);
  const once = subjects.filter((name) => name !== 'second' && name !== 'removed');
  return Config.parse({
    ...base,
    mappings: [],
    apps: [
      crm,
      { ...crm, name: 'erp', title: 'ERP', provisioning: { ...crm.provisioning, approval } },
      { ...crm, name: 'wiki', title: 'Wiki' },
    ],
    roles: [
      { name: 'Once', apps: ['crm'], members: membersOf(once) },
      { name: 'Twice', apps: ['erp'], members: membersOf(['second']) },
      { name: 'Removed', apps: ['wiki'], members: membersOf(['removed']) },
    ],
  });
}

let acme: Company;
const requests: Record<string, string> = {};
const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const meanwhile = async <T>(doing: Promise<T>): Promise<T> => {
  await acme.acme.time.advance(5_000);
  return doing;
};

beforeAll(async () => {
  const more = [
    ...Object.entries(names).map(([role, name]) => member(users[role as keyof typeof names], name)),
    member(users.subject, 'nobody-yet'),
  ];
  acme = await openCompany({}, {}, staff, undefined, config(), more);
  await joinAll();
  // Everybody has used Rollcall before: a consent counts while its giver is known in Slack.
  const known = { ...names, approver: 'bob', admin: 'ada' };
  for (const [role, name] of Object.entries(known)) await pinnedTo(name, users[role as Role]);
  const { directory, sync } = acme.acme;
  // Whoever has left did work here, and is named by the address they had.
  directory.state.rows = directory.state.rows.map((one) =>
    one.externalId === 'lea' || one.externalId === 'gone' ? { ...one, status: 'left' } : one,
  );
  await sync();
  await stateAll();
}, 60_000);
afterAll(() => acme.close());

/** A few at a time, so that each has a request of their own. */
async function joinAll(): Promise<void> {
  const { directory, sync, personOf } = acme.acme;
  for (let start = 0; start < subjects.length; start += 4) {
    directory.state.rows = [...directory.state.rows, ...joining(subjects.slice(start, start + 4))];
    await sync();
  }
  for (const name of subjects) requests[name] = (await acme.request(name)).id;
  const until = acme.acme.time.clock.now() + 20 * 86_400_000;
  const { id } = await personOf('dana');
  const bobs: Actor = { kind: 'person', person: (await personOf('bob')).id, name: 'Person bob', via: 'slack' };
  await acme.acme.engine.useCases.delegate(id, until, bobs);
}

/** Brings each request into its state. */
async function stateAll(): Promise<void> {
  const { decide, engine, personOf } = acme.acme;
  await decide(await acme.request('approved'), 'owen');
  await decide(await acme.request('rejected'), 'owen', 'reject', 'not now');
  await decide(await acme.request('second'), 'max');
  await changed('gathering', { state: 'gathering' });
  await changed('expired', { expiresAt: 1 });
  await engine.useCases.pause({ person: (await personOf('paused')).id }, null, 'on leave', ops);
  const { apps, roles: given, ...rest } = config();
  const fewer = {
    ...rest,
    apps: apps.filter(({ name }) => name !== 'wiki'),
    roles: given
      .filter(({ name }) => name !== 'Removed')
      .map((role) => ({ ...role, members: role.members.filter((one) => one !== 'withdrawn@acme.test') })),
  };
  await meanwhile(engine.configure(fewer, ops));
  await acme.acme.time.advance(30_000);
}

async function changed(name: string, change: object): Promise<void> {
  const before = await acme.reload(requests[name] ?? '');
  const after = { ...before, ...change, version: before.version + 1 };
  await acme.office.store.approvals.swap([{ before, after }]);
}

/** The subject’s Slack account becomes that of the person the request is about. */
async function becomes(name: string): Promise<void> {
  for (const other of subjects) await pinnedTo(other, other === name ? users.subject : null);
}
async function pinnedTo(name: string, user: string | null): Promise<void> {
  const before = await acme.acme.personOf(name);
  const slack = user === null ? null : { team: acme.office.deps.team.id, user };
  await acme.office.store.people.swap([{ before, after: { ...before, slack, version: before.version + 1 } }]);
}

type Act = 'approve' | 'reject' | 'ask' | 'details' | 'typed' | 'undo';
const acts: readonly Act[] = ['approve', 'reject', 'ask', 'details', 'typed', 'undo'];
let sent = 0;

/** As Slack signs it, also to those to whom it is never drawn. */
async function act(role: Role, what: Act, request: string): Promise<void> {
  sent += 1;
  const user = users[role];
  if (what === 'typed') return void (await acme.office.type(user, `/provision approve ${request}`));
  const common = {
    ...{ team: { id: acme.office.deps.team.id }, user: { id: user }, api_app_id: 'A1', trigger_id: `${sent}.2` },
  };
  await send(acme, { payload: { ...common, ...payloadOf(what, request) } });
}

function payloadOf(what: Exclude<Act, 'typed'>, request: string): object {
  const container = {
    ...{ type: 'message', message_ts: `${sent}.1`, channel_id: acme.office.channel('access'), is_ephemeral: true },
  };
  const pressed = (action_id: string, value: string) => ({
    ...{ type: 'block_actions', container },
    actions: [{ type: 'button', action_id, block_id: 'b', action_ts: `${sent}.9`, value }],
  });
  if (what === 'approve') return pressed(actionIds.approve, `${request}:1`);
  if (what === 'details') return pressed(actionIds.details, `${request}:1`);
  if (what === 'undo') return pressed(actionIds.undoApproval, JSON.stringify({ approval: request }));
  const [form, field] =
    what === 'reject' ? [callbackIds.rejectReason, reasonInput] : [callbackIds.question, questionInput];
  const where = { kind: 'list', channel: acme.office.channel('access') };
  return {
    type: 'view_submission',
    view: {
      ...{ id: `V${sent}`, type: 'modal', hash: '', callback_id: form },
      private_metadata: JSON.stringify({ approval: request, edition: 1, where }),
      state: { values: { [field.block]: { [field.action]: { type: 'plain_text_input', value: 'so' } } } },
    },
  };
}

/** Everything a press could change; what waits to be published of it is not it. */
async function standing(name: string): Promise<string> {
  const { outbox: _, version: __, ...approval } = await acme.reload(requests[name] ?? '');
  const person = await acme.acme.personOf(name);
  const logins = (await acme.office.store.logins.byPeople([person.id])).map(({ outbox: ___, ...login }) => login);
  return JSON.stringify({ approval, logins, calls: acme.acme.app.calls.length });
}

/** To them alone, in the channel and by direct message; the workspace keeps the last 200 of a channel. */
function said(role: Role): { ts: string; text: string }[] {
  const { state } = acme.office.workspace;
  const direct = state.channels.filter((channel) => channel.with === users[role]);
  return [
    ...acme.office.messages(users[role]).filter(({ ephemeralFor }) => ephemeralFor === users[role]),
    ...direct.flatMap(({ id }) => state.messages(id, users[role])),
  ];
}

const refusal =
  /Only |Nobody decides|already|has expired|was withdrawn|still being put together|not open any more|does not answer|members of this company only|not active|does not work/;

function mayIn({ decide, ask, see }: State, what: Act, role: Role): boolean {
  if (what === 'undo') return role === 'admin';
  if (what === 'ask') return ask.includes(role);
  return (what === 'details' ? see : decide).includes(role);
}

describe.skipIf(transport.name !== 'http')('a request', () => {
  it.each(subjects)('%s', { timeout: 60_000 }, async (name) => {
    const state = states[name] as State;
    const request = requests[name] ?? '';
    await becomes(name);
    const wrong: string[] = [];
    for (const role of roles)
      for (const what of nobody.includes(role) ? (['approve', 'details'] as const) : acts) {
        // What is theirs to decide is decided at the end.
        const theirs = mayIn(state, what, role);
        if (theirs && ['approve', 'reject', 'typed'].includes(what)) continue;
        const [before, heard] = [await standing(name), new Set(said(role).map(({ ts }) => ts))] as const;
        await act(role, what, request);
        const words = said(role)
          .flatMap(({ ts, text }) => (heard.has(ts) ? [] : [text]))
          .join('\n');
        const refused = refusal.test(words);
        if (!theirs && !refused) wrong.push(`${role} ${what} is not refused: ${words}`);
        if (theirs && refused && what !== 'undo') wrong.push(`${role} ${what}: ${words}`);
        if ((await standing(name)) !== before) wrong.push(`${role} ${what} changed something`);
      }
    expect(wrong).toEqual([]);
    const [last] = state.decide.slice(-1);
    if (last === undefined) return;
    await act(last, 'approve', request);
    expect((await acme.reload(request)).state).toBe('approved');
  });
});
