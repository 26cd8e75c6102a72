import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actionIds,
  authenticateLinkId,
  callbackIds,
  chooseInputs,
  configSectionId,
  connectStepId,
  numberId,
  questionInput,
  reasonInput,
  requestInputs,
  signOnAppId,
  signOnId,
} from '../../blocks/ids.ts';
import { audienceOfAction, audienceOfPattern, audienceOfPress } from '../../src/slack/actions/audience.ts';
import { ada, bob, gus, max, type Office, olga, openOffice, openRequest, zoe } from './office.ts';
import { transport } from './transport.ts';

/*
 * Every button and every form by everybody, held against one table: as Slack sends it, also to those to whom it is never drawn. One
 * that is new is red until the table says who may.
 */
const roles = { gus, zoe, max, bob, olga, ada } as const;
type Role = keyof typeof roles;
/**
 * gus is a guest, zoe a person, bob approves for others, olga audits, ada is an admin. The one request there is is asked of ada and of max,
 * who manages whom it is about.
 */
const who: Readonly<Record<string, readonly Role[]>> = {
  everyone: ['zoe', 'max', 'bob', 'olga', 'ada'],
  readers: ['bob', 'olga', 'ada'],
  /** Judged by what it is about: somebody else’s login or request is for those who read all. */
  theirs: ['bob', 'olga', 'ada'],
  /** Judged by the request: those who read all, and its circle. */
  seen: ['max', 'bob', 'olga', 'ada'],
  auditors: ['olga', 'ada'],
  admins: ['ada'],
  /** Judged by the request: its circle. */
  circle: ['max', 'ada'],
  /** Judged by the login: those who may decide about its deletion, which is none here. */
  deletion: ['ada'],
  /** Opens a form, whose submission is judged by the request. */
  asked: ['zoe', 'max', 'bob', 'olga', 'ada'],
  /** Judged by the use case, which is none here. */
  owners: ['zoe', 'max', 'bob', 'olga', 'ada'],
};
/** What the table of the code says of each. */
const audiences: Readonly<Record<string, string>> = {
  ...{ theirs: 'everyone', seen: 'everyone', deletion: 'approvers' },
  circle: 'approvers',
  asked: 'approvers',
  owners: 'approvers',
};

const json = (ids: object): string => JSON.stringify(ids);
const login = json({ person: 'p-ada', app: 'crm' });
const card = 'a-1:1';
const part = json({ what: 'mapping', name: 'Sales people' });
const draft = json({ draft: 'd-1' });
const newcomer = { newcomer: 'p-new' };
type Row = readonly [value: string, may: string, metadata?: object];

const buttons: Readonly<Record<keyof typeof actionIds, Row>> = {
  ...{ approve: [card, 'circle'], reject: [card, 'asked'], choose: [card, 'circle'], ask: [card, 'circle'] },
  ...{ details: [card, 'seen'], seeAll: [card, 'seen'] },
  nextPage: ['1', 'seen', { approval: 'a-1' }],
  previousPage: ['0', 'seen', { approval: 'a-1' }],
  undoApproval: [json({ approval: 'a-1' }), 'admins'],
  undo: [json({ what: 'operation', id: 'o-1', plan: 'x' }), 'admins'],
  refreshHome: ['home', 'everyone'],
  ...{ explain: [login, 'theirs'], openLogin: [login, 'theirs'], personLogins: [json({ person: 'p-ada' }), 'theirs'] },
  ...{ retry: [login, 'admins'], rematch: [login, 'admins'], unlink: [login, 'admins'], newAccount: [login, 'admins'] },
  keepLonger: [login, 'deletion'],
  markClosed: [login, 'owners'],
  linkAccount: [json({ person: 'p-ada', app: 'crm', account: 'r-1' }), 'admins'],
  resume: [json({ app: 'crm' }), 'admins'],
  leaveAccount: [json({ app: 'crm', account: 'r-8' }), 'admins'],
  askOwner: [json({ app: 'crm', account: 'r-8' }), 'admins'],
  samePerson: [json({ ...newcomer, person: 'p-zoe' }), 'admins'],
  newPerson: [json(newcomer), 'admins'],
  allPeople: [json({ app: 'crm' }), 'readers'],
  nextPeople: [json({}), 'theirs', { app: 'crm' }],
  previousPeople: [json({}), 'theirs', { app: 'crm' }],
  proposalApply: [json({ proposal: 'c-1', shown: 'x' }), 'admins'],
  proposalReject: [json({ proposal: 'c-1', shown: 'x' }), 'admins'],
  proposalWithdraw: [json({ proposal: 'c-1', shown: 'x' }), 'admins'],
  proposalOpen: [json({ proposal: 'c-1' }), 'auditors'],
  ...{ configNew: [json({ what: 'mapping' }), 'admins'], configEdit: [part, 'admins'], configRemove: [part, 'admins'] },
  configNextPage: [json({ what: 'mapping', page: '1' }), 'auditors'],
  configPreviousPage: [json({ what: 'mapping', page: '0' }), 'auditors'],
  configAddRow: ['', 'admins', { what: 'mapping', act: 'new' }],
  retryCause: [json({ app: 'crm', cause: 'x' }), 'admins'],
  retryAll: [json({ app: 'crm', cause: 'x', count: '2' }), 'admins'],
  askAccess: [json({ from: 'home' }), 'everyone'],
  endRequest: [json({ request: 'g-1' }), 'everyone'],
  connectApp: [json({ kind: 'app' }), 'admins'],
  connectDirectory: [json({ kind: 'directory' }), 'admins'],
  ...{ connectResume: [draft, 'admins'], connectRefresh: [draft, 'admins'], connectDrop: [draft, 'admins'] },
  connectApply: [json({ draft: 'd-1', shown: 'x' }), 'admins'],
  connectAsk: ['', 'admins', { what: 'app', act: 'new', draft: 'd-1', step: 'connection' }],
  renew: [json({ app: 'crm' }), 'admins'],
};

/** Those whose ids carry more. */
const patterned: Readonly<Record<string, Row>> = {
  [connectStepId('test')]: [json({ draft: 'd-1', step: 'test' }), 'admins'],
  [configSectionId('digest')]: [json({ what: 'settings', name: 'digest' }), 'admins'],
  [signOnAppId('wiki')]: [json({ app: 'wiki' }), 'everyone'],
  [numberId('none')]: [json({ signOn: 's-1' }), 'everyone'],
  [signOnId('wiki')]: ['', 'everyone'],
  [authenticateLinkId]: ['', 'everyone'],
};

type Values = Record<string, Record<string, object>>;
const input = ({ block, action }: { block: string; action: string }, held: object): Values => ({
  [block]: { [action]: held },
});
const where = { kind: 'home' } as const;
const rejecting = { approval: 'a-1', edition: 1, where };
const chosen = { selected_options: [{ value: 'p-lea o-1' }] };
/** Forms that are submitted; the others only show. */
const forms: Readonly<Partial<Record<keyof typeof callbackIds, readonly [object, Values, string]>>> = {
  rejectReason: [rejecting, input(reasonInput, { value: 'no' }), 'circle'],
  question: [rejecting, input(questionInput, { value: 'why?' }), 'circle'],
  choose: [
    rejecting,
    { ...input(chooseInputs.which, chosen), ...input(chooseInputs.act, { selected_option: { value: 'approve' } }) },
    'circle',
  ],
  chosen: [{ ...rejecting, act: 'approve', reason: null }, input(chooseInputs.chosen, chosen), 'circle'],
  people: [{ app: 'crm' }, {}, 'theirs'],
  configForm: [{ what: 'mapping', act: 'new' }, {}, 'admins'],
  configSave: [{ what: 'mapping', act: 'new', shown: 'x' }, {}, 'admins'],
  request: [
    {},
    {
      ...input(requestInputs.what, { selected_option: { value: 'app crm' } }),
      ...input(requestInputs.why, { value: 'w' }),
    },
    'everyone',
  ],
  connectStart: [{ kind: 'app' }, { connector: { connector: { selected_option: { value: 'scim' } } } }, 'admins'],
  connectStep: [{ what: 'app', act: 'new', draft: 'd-1', step: 'connection' }, { a: { a: { value: '' } } }, 'admins'],
};
const onlyShown = ['answer', 'details', 'login', 'proposal', 'seeAll'];

/** What is looked at on the way to a refusal. Everything else acts, or tells what it should not. */
const looking = new Set([
  'identify',
  'approval',
  'person',
  'refuseAttempt',
  'draft',
  'graceDue',
  'configuration',
  'delegations',
  'asked',
]);
/** After a form their own App Home is drawn anew. */
const drawing = [
  'pending',
  'findLogins',
  'signOnApps',
  'approvedBy',
  'overview',
  'apps',
  'logins',
  'expiring',
  'proposals',
];
/** They say nothing: the picture they would draw anew stays as it is, or there is none to draw. */
const silent = new Set<string>([actionIds.refreshHome, actionIds.connectAsk, signOnId('wiki'), authenticateLinkId]);
const refusal = /Only |own logins|may not decide|does not answer guests|not open any more/;

let office: Office;
const called: string[] = [];
const direct: Partial<Record<Role, string>> = {};
beforeAll(async () => {
  office = await openOffice();
  recordAll();
  for (const role of Object.keys(roles) as Role[])
    direct[role] = await office.workspace.actions.openDirectMessage(roles[role]);
});
afterAll(() => office.close());

function recordAll(): void {
  const useCases = office.useCases as unknown as Record<string, (...given: never[]) => unknown>;
  for (const [name, work] of Object.entries(useCases))
    useCases[name] = (...given) => {
      called.push(name);
      return work(...given);
    };
}

/** What was said to somebody, and to nobody else, in the channel and by direct message. */
const saidTo = (role: Role): string[][] => [
  office.messages(roles[role]).flatMap(({ ephemeralFor, text }) => (ephemeralFor === roles[role] ? [text] : [])),
  office.workspace.state.messages(direct[role] ?? '', roles[role]).map(({ text }) => text),
];

let sent = 0;
/** As Slack signs it; the answer to a form is in the response. */
async function send(role: Role, payload: object): Promise<{ words: string; acts: string[] }> {
  const before = saidTo(role).map(({ length }) => length);
  called.length = 0;
  sent += 1;
  office.approvals.set('a-1', openRequest({ id: 'a-1', edition: 1, person: 'p-lea', circle: ['p-ada', 'p-max'] }));
  const common = {
    team: { id: office.deps.team.id },
    user: { id: roles[role] },
    api_app_id: 'A1',
    trigger_id: `${sent}.2`,
  };
  const body = new URLSearchParams({ payload: JSON.stringify({ ...common, ...payload }) }).toString();
  const seconds = String(Math.floor(Date.now() / 1_000));
  const hash = createHmac('sha256', office.signingSecret).update(`v0:${seconds}:${body}`).digest('hex');
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': seconds };
  const response = await fetch(office.botUrl, {
    method: 'POST',
    body,
    headers: { ...headers, 'x-slack-signature': `v0=${hash}` },
  });
  const acknowledged = await response.text();
  await office.idle();
  return {
    words: [acknowledged, ...saidTo(role).flatMap((texts, place) => texts.slice(before[place]))].join('\n'),
    acts: called.filter((name) => !looking.has(name)),
  };
}

const press = (role: Role, action_id: string, value: string, metadata?: object) =>
  send(role, {
    type: 'block_actions',
    ...(metadata === undefined
      ? {
          container: {
            type: 'message',
            message_ts: `${sent}.1`,
            channel_id: office.channel('access'),
            is_ephemeral: true,
          },
        }
      : { container: { type: 'view' }, view: viewOf(metadata, {}) }),
    actions: [{ type: 'button', action_id, block_id: 'b', action_ts: `${sent}.9`, value }],
  });
const viewOf = (metadata: object, values: Values) => ({
  ...{ id: `V${sent}`, type: 'modal', hash: '', private_metadata: JSON.stringify(metadata), state: { values } },
});

/** What is wrong with the answer to one who may, or may not. */
function wrongWith(
  allowed: boolean,
  id: string,
  judged: string,
  { words, acts }: { words: string; acts: string[] },
): string[] {
  const refused = refusal.test(words);
  const did = acts.filter((name) => judged !== 'circle' || name !== 'decide');
  if (allowed) return refused ? [`refuses: ${words.slice(0, 200)}`] : [];
  const spoke = refused || silent.has(id) ? [] : [`does not say why: ${words.slice(0, 200)}`];
  return [...spoke, ...(did.length === 0 ? [] : [`did ${did.join()}`])];
}

describe('who may press what', () => {
  it('says the same as the table the code goes by', () => {
    const names = Object.keys(buttons) as (keyof typeof buttons)[];
    for (const name of names) {
      const [, may] = buttons[name];
      expect(`${name}: ${audienceOfAction[name]}`).toBe(`${name}: ${audiences[may] ?? may}`);
      expect(audienceOfPress(actionIds[name])).toBe(audienceOfAction[name]);
    }
    for (const [id, [, may]] of Object.entries(patterned))
      expect(`${id}: ${audienceOfPress(id)}`).toBe(`${id}: ${may}`);
    for (const [pattern] of audienceOfPattern) expect(Object.keys(patterned).some((id) => pattern.test(id))).toBe(true);
    expect([...Object.keys(forms), ...onlyShown].sort()).toEqual(Object.keys(callbackIds).sort());
    expect(audienceOfPress('one_nobody_knows')).toBe('admins');
  });
});

describe.skipIf(transport.name !== 'http').each(Object.keys(roles) as Role[])('%s', (role) => {
  it('presses what is theirs to press, and of the rest nothing happens', async () => {
    const wrong: string[] = [];
    const all = [
      ...Object.entries(buttons).map(([name, row]) => [actionIds[name as keyof typeof actionIds], row] as const),
    ];
    for (const [id, [value, may, metadata]] of [...all, ...Object.entries(patterned)]) {
      const answer = await press(role, id, value, metadata);
      const allowed = (who[may] ?? []).includes(role);
      wrong.push(...wrongWith(allowed, id, may, answer).map((what) => `${id} ${what}`));
      if (!allowed && office.approvals.get('a-1')?.state !== 'open') wrong.push(`${id} decided`);
    }
    expect(wrong).toEqual([]);
  });

  it('submits what is theirs to submit, and of the rest nothing happens', async () => {
    const wrong: string[] = [];
    for (const [name, [metadata, values, may]] of Object.entries(forms)) {
      const callback_id = callbackIds[name as keyof typeof callbackIds];
      const view = { ...viewOf(metadata, values), callback_id };
      const { words, acts } = await send(role, { type: 'view_submission', view });
      const answer = { words, acts: acts.filter((act) => !drawing.includes(act)) };
      const allowed = (who[may] ?? []).includes(role);
      wrong.push(...wrongWith(allowed, name, may, answer).map((what) => `${name} ${what}`));
      if (!allowed && office.approvals.get('a-1')?.state !== 'open') wrong.push(`${name} decided`);
    }
    expect(wrong).toEqual([]);
  });
});
