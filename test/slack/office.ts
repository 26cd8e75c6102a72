import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownBlock } from '@slack/types';
import { parse } from 'yaml';
import { nameOf, type Powers } from '../../blocks/view.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { noPowers } from '../../src/core/audience.ts';
import type { Digest } from '../../src/core/digest.ts';
import type { Person } from '../../src/core/model.ts';
import type { DelegationView } from '../../src/engine/approve/approving.ts';
import { createCourtesy } from '../../src/engine/courtesy.ts';
import type { Clock, Log } from '../../src/engine/ports.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import type {
  ApprovalView,
  Caller,
  DecideInput,
  DecideOutcome,
  LoginView,
  UseCases,
} from '../../src/engine/use-cases.ts';
import type { Member, Message } from '../../src/local-slack/model.ts';
import type { ChannelSetup } from '../../src/local-slack/setup.ts';
import { startWorkspace, type WorkspaceOptions } from '../../src/local-slack/workspace.ts';
import { wantCard } from '../../src/slack/cards.ts';
import { slackClients } from '../../src/slack/clients.ts';
import { type SlackDeps, type SlackSettings, slackMemory } from '../../src/slack/deps.ts';
import { drainInbox } from '../../src/slack/inbox.ts';
import { pumpOutbox } from '../../src/slack/outbox.ts';
import { buildBolt } from '../../src/slack/receiver.ts';
import { registerSlack } from '../../src/slack/register.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { approval, approvalView, loginView } from '../blocks/samples.ts';
import { noConnecting } from './connecting.ts';
import { recordedGovernance, worldOfGovernance } from './governance.ts';
import { recordedSignOn, worldOfSignOn } from './sign-on.ts';
import { onSocketMode, openHttp, openSocket, transport } from './transport.ts';
import { unconfigured } from './unconfigured.ts';

export const [ada, bob, zoe, olga, max, gus, sam] = [
  'U0ADA00001',
  'U0BOB00001',
  'U0ZOE00001',
  'U0OLGA0001',
  'U0MAX00001',
  'U0GUEST001',
  'U0STRANGE1',
] as const;

const member = (id: string, name: string, more: Partial<Member> = {}): Member => ({
  id,
  name,
  realName: name,
  email: `${name}@acme.test`,
  timeZone: 'UTC',
  ...more,
});
const members: Member[] = [
  member(ada, 'ada'),
  member(bob, 'bob'),
  member(zoe, 'zoe'),
  member(olga, 'olga'),
  member(max, 'max'),
  member(gus, 'gus', { guest: true }),
  member(sam, 'sam', { teamId: 'T0FOREIGN1' }),
];

export const person = (name: string, user: string | null): Person => ({
  id: `p-${name}`,
  version: 1,
  outbox: [],
  records: [],
  attributes: { displayName: name, email: `${name}@acme.test`, title: 'Clerk' },
  status: 'active',
  said: 'explicit',
  revision: 1,
  keys: [],
  dirty: false,
  wakeAt: null,
  slack: user === null ? null : { team: 'T1', user },
  leftAt: null,
  stop: null,
  plannedFor: null,
  twins: [],
});

const people = [person('ada', ada), person('bob', bob), person('zoe', zoe), person('olga', olga), person('max', max)];
const powers: Readonly<Record<string, Powers>> = {
  'p-ada': { ...noPowers, admin: true, approver: true },
  'p-bob': { ...noPowers, approver: true },
  'p-olga': { ...noPowers, auditor: true },
};

/** A plain, hand-made engine: approvals in a map, decided by the rules a card must be able to show. */
export function handMadeEngine() {
  const approvals = new Map<string, Approval>();
  const decisions: DecideInput[] = [];
  const calls: string[] = [];
  const world = { ...worldOfGovernance(), signOn: worldOfSignOn() };
  const delegated: DelegationView[] = [];
  const refused: string[] = [];
  const viewOf = (one: Approval): ApprovalView => ({
    ...approvalView({ approval: one }),
    circle: one.circle.map((id) => {
      const found = people.find((each) => each.id === id);
      return { person: id, name: found === undefined ? id : nameOf(found), slack: found?.slack ?? null };
    }),
  });
  const refuse = (
    why: 'unknown' | 'already' | 'not-allowed' | 'changed',
    one: Approval | null,
    text: string,
  ): DecideOutcome => ({
    result: 'refused',
    why,
    approval: one,
    text,
  });
  const useCases: UseCases = {
    ...noConnecting(),
    ...recordedGovernance(calls, world),
    ...recordedSignOn(calls, world.signOn),
    ...unconfigured,
    async identify(identity): Promise<Caller> {
      const found = people.find((each) => each.slack?.user === identity.user);
      if (found === undefined) return { known: false, reason: 'unknown', text: 'Rollcall does not know you.' };
      return { known: true, person: found, powers: powers[found.id] ?? noPowers };
    },
    async decide(input) {
      decisions.push(input);
      const one = approvals.get(input.approval);
      if (one === undefined) return refuse('unknown', null, 'There is no such request.');
      if (one.state !== 'open') return refuse('already', one, 'This has been decided already.');
      if (!one.circle.includes(input.actor.id)) return refuse('not-allowed', one, 'You may not decide this.');
      if (input.edition !== null && input.edition !== one.edition)
        return refuse('changed', one, 'This has changed since.');
      const vote = { person: input.actor.id, name: nameOf(input.actor), at: 1, step: one.step, for: null };
      const voted = { ...one, votes: [...one.votes, vote] };
      if (input.decision === 'approve' && voted.votes.length < one.quorum) {
        approvals.set(one.id, voted);
        return { result: 'voted', approval: voted, missing: 1, text: 'Your vote counts; one more is needed.' };
      }
      const decided: Approval = {
        ...voted,
        state: input.decision === 'approve' ? 'approved' : 'rejected',
        decidedBy: { kind: 'person', person: input.actor.id, name: nameOf(input.actor), via: 'slack' },
        decidedAt: 1_763_629_200_000,
        reason: input.reason,
      };
      approvals.set(one.id, decided);
      return { result: 'decided', approval: decided, text: input.decision === 'approve' ? 'Approved.' : 'Rejected.' };
    },
    async delegate(to, until, actor) {
      calls.push(`delegate ${actor.name} ${to} ${until}`);
      return { text: `${to} may decide in your place.` };
    },
    async endDelegation(actor) {
      calls.push(`delegate off ${actor.name}`);
      return { text: 'Nobody decides in your place any more.' };
    },
    delegations: async () => delegated,
    signInPage: async () => null,
    notice: async () => 'refused',
    signInKeys: async () => null,
    signedIn: async () => null,
    async refuseAttempt({ approval: id, user, why }) {
      refused.push(`${id} ${user} ${why}`);
    },
    async question(id, text, actor) {
      calls.push(`question ${id} ${actor.name} ${text}`);
      return { text: 'Asked in the thread of the card.' };
    },
    async sync(directory) {
      calls.push(`sync ${directory ?? 'all'}`);
      return [
        {
          directory: directory ?? 'hr',
          result: 'read',
          kind: 'full',
          rows: 3,
          joined: 1,
          changed: 0,
          left: 0,
          problems: [],
          text: '3 rows read.',
        },
      ];
    },
    async preview(filter) {
      calls.push(`preview ${filter.person ?? '-'} ${filter.app ?? '-'}`);
      return { operations: [], counts: [], taken: [], people: 0 };
    },
    async reprovision(id, app) {
      calls.push(`reprovision ${id} ${app ?? '-'}`);
      return { text: 'Planned anew.' };
    },
    digest: async () => cleanDigestOf(0),
    expiring: async () => [],
    examine: async () => [{ state: 'wrong', what: 'the bot does not see #access', remedy: 'Create it.' }],
    approvedBy: async () => ({ crm: ['ada'] }),
    async findLogins(search) {
      calls.push(`find ${JSON.stringify(search)}`);
      return { logins: [loginView({ word: 'provisioned' })], next: null };
    },
    oncePage: async () => null,
    showOnce: async () => null,
    setOnce: async () => null,
    onceMessage: async () => world.oncePage,
    async onceTold(subject) {
      calls.push(`told ${subject}`);
    },
    passwords: async () => [],
    async sendPasswordLink(id) {
      calls.push(`password ${id}`);
      return { text: 'A link is on its way to you by direct message.' };
    },
    apps: async () => (await useCases.overview()).apps,
    overview: async () => ({
      apps: [
        {
          app: 'crm',
          title: 'Customer Base',
          words: { provisioned: 3 },
          health: null,
          heldUp: world.heldUp,
          underWay: null,
        },
      ],
      directories: [],
      waiting: 0,
    }),
    async logins(filter) {
      calls.push(`logins ${filter.person ?? '-'} ${filter.app ?? '-'}`);
      return [loginView({ word: 'provisioned' })];
    },
    async history(filter) {
      calls.push(`history ${filter.person ?? '-'} ${filter.app ?? '-'}`);
      return [];
    },
    async findPeople(text) {
      const wanted = text.toLowerCase();
      return people.filter(
        ({ attributes, slack }) => slack?.user === text || String(attributes.email).includes(wanted),
      );
    },
    person: async (id) => people.find((each) => each.id === id) ?? null,
    welcome: async (id) => world.welcomes.get(id) ?? null,
    async pending(self) {
      return [...approvals.values()].filter((one) => one.state === 'open' && one.circle.includes(self.id)).map(viewOf);
    },
    async approval(id) {
      const one = approvals.get(id);
      return one === undefined ? null : viewOf(one);
    },
    async asked(id, by, limit) {
      calls.push(`asked ${id} ${JSON.stringify(by)}`);
      const fits = ({ login, personName }: LoginView) =>
        'people' in by ? by.people.includes(login.person) : personName.toLowerCase().includes(by.text.toLowerCase());
      return world.asked.filter(fits).slice(0, limit);
    },
  };
  return { useCases, approvals, decisions, calls, world, delegated, refused };
}

/** A digest that tells of nothing. */
export const cleanDigestOf = (at: number): Digest => ({
  ...{ at, groups: [], quarantined: [], expiring: [], cured: [], since: null },
  overdue: { count: 0, oldest: null, requests: [] },
});

/** The real clock, which can be put forward. */
function shiftedClock(): Clock & { skip(milliseconds: number): void } {
  let ahead = 0;
  const skip = (milliseconds: number): void => {
    ahead += milliseconds;
  };
  return { ...systemClock, now: () => Date.now() + ahead, skip };
}

export type Logged = { level: string; message: string; fields: object };
export function recordingLog(lines: Logged[]): Log {
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const channels: ChannelSetup[] = [
  { name: 'access' },
  { name: 'leavers', private: true, members: [ada, bob] },
  { name: 'open-leavers' },
  { name: 'partners', externallyShared: true },
  { name: 'general' },
];

const manifest: { settings: object } = parse(readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8'));

/** A workspace, the real Bolt app over the present transport, the memory store and a hand-made engine. */
export async function openOffice(
  settings: SlackSettings = { channel: '#access', leaverChannel: '#leavers' },
  options: Partial<WorkspaceOptions> = {},
  store = memoryStore(),
) {
  const wire = await (transport.name === 'http' ? openHttp() : openSocket());
  const declared = transport.name === 'http' ? manifest : onSocketMode(manifest);
  const { botUrl } = wire;
  const company = { manifest: declared, people: members, channels };
  const workspace = await startWorkspace({ ...company, botUrl, rates: 'none', ...options });
  const lines: Logged[] = [];
  const log = recordingLog(lines);
  const slackApiUrl = `${workspace.url}/api/`;
  const { botToken: token, appToken, signingSecret, teamId, botUser } = workspace.tokens;
  const team = { id: teamId, enterprise: null };
  const engine = handMadeEngine();
  const clock = shiftedClock();
  const rings: string[] = [];
  const place = { settings };
  const deps: SlackDeps = {
    useCases: engine.useCases,
    store,
    clients: slackClients({ token, slackApiUrl, log }),
    clock,
    log,
    bell: { ring: (what) => void rings.push(what) },
    settings: () => place.settings,
    team,
    memory: slackMemory(),
    deciding: createCourtesy(clock),
  };
  const bolt = buildBolt({
    courtesy: createCourtesy(clock),
    token,
    ...(transport.name === 'http' ? { signingSecret } : { appToken }),
    slackApiUrl,
    botId: 'B0',
    botUserId: botUser,
    team,
    store,
    clock,
    log,
  });
  registerSlack(bolt.app, deps);
  await bolt.app.init();
  await wire.join(bolt);
  const idle = () => bolt.inbox.idle();
  const channel = (name: string) => workspace.state.channels.find((each) => each.name === name)?.id ?? '';
  const messages = (viewer: string, name = 'access') => workspace.state.messages(channel(name), viewer);
  return {
    ...engine,
    ...{ workspace, store, deps, bolt, lines, botUrl, signingSecret, channel, messages, place, rings, clock, idle },
    /** Asks for the card of this approval and brings it to Slack. */
    async post(one: Approval): Promise<void> {
      engine.approvals.set(one.id, one);
      await wantCard(deps, one);
      await pumpOutbox(deps, clock.now());
    },
    /** The approval becomes this one, and its cards are asked for. */
    async change(one: Approval): Promise<void> {
      engine.approvals.set(one.id, one);
      await wantCard(deps, one);
    },
    async type(user: string, line: string, where = 'access') {
      const outcome = await workspace.actions.command(user, channel(where), line);
      await idle();
      return outcome;
    },
    async press(user: string, message: Message | undefined, actionId: string) {
      const outcome = await workspace.actions.press(pressOf(user, message, actionId));
      await idle();
      return outcome;
    },
    pump: () => pumpOutbox(deps, clock.now()),
    drain: () => drainInbox(deps, bolt.inbox.replay),
    async close(): Promise<void> {
      await wire.close();
      await workspace.stop();
    },
  };
}
export type Office = Awaited<ReturnType<typeof openOffice>>;

/** The block a button stands in: a row of them, or a text with one beside it. */
export const actionBlockOf = (blocks: readonly KnownBlock[], actionId: string) =>
  blocks.find((block) => {
    if (block.type === 'actions') return block.elements.some((element) => element.action_id === actionId);
    return block.type === 'section' && block.accessory?.type === 'button' && block.accessory.action_id === actionId;
  });

export function pressOf(user: string, message: Message | undefined, actionId: string) {
  const block = actionBlockOf(message?.blocks ?? [], actionId);
  const container = { message: { channel: message?.channel ?? '', ts: message?.ts ?? '' } };
  return { user, container, blockId: block?.block_id ?? '', actionId };
}

export const openRequest = (change: Partial<Approval> = {}): Approval =>
  approval({ circle: ['p-ada', 'p-bob'], expiresAt: Date.now() + 86_400_000, ...change });
