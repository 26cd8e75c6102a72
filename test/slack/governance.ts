import { refused } from '../../src/core/errors.ts';
import type { HoldUp } from '../../src/core/pausing.ts';
import type { Requestable, RequestView } from '../../src/engine/act/request.ts';
import type {
  AccessRow,
  Discovery,
  DiscoveryRow,
  Explanation,
  Governance,
  GraceDue,
  Holding,
  LeaverReport,
  MatchCandidate,
  Pause,
  RetryPreview,
  RoleView,
  TwinView,
  UndoPlan,
} from '../../src/engine/governance.ts';
import type { OnceMessage } from '../../src/engine/password/once.ts';
import type { WelcomeView } from '../../src/engine/tell/welcome.ts';
import type { LoginView } from '../../src/engine/use-cases.ts';
import { account, ada, loginView } from '../blocks/samples.ts';

const at = Date.UTC(2025, 10, 20, 9);

const explained: Explanation = {
  person: 'p-zoe',
  personName: 'zoe',
  app: 'crm',
  appTitle: 'Customer Base',
  word: 'provisioned',
  text: 'zoe has an account in Customer Base, because department is Sales.',
  wished: 'active',
  chain: [{ kind: 'mapping', name: 'Sales people', because: 'department is Sales' }],
  targets: [
    {
      target: 'userName',
      value: 'zoe@acme.test',
      chain: [{ kind: 'parameter', name: 'userName', because: 'email of the person' }],
    },
  ],
  near: [],
};

const step = (title: string): UndoPlan['steps'][number] => ({
  login: 'p-zoe:crm',
  personName: 'zoe',
  app: 'crm',
  kind: 'update',
  before: account({ title: 'Boss' }),
  after: account({ title }),
});

const candidate = (remoteId: string, change: Partial<MatchCandidate> = {}): MatchCandidate => ({
  remoteId,
  userName: `user ${remoteId}`,
  emails: ['zoe@acme.test'],
  active: true,
  heldBy: null,
  difference: ['title: Clerk → Boss'],
  ...change,
});

const ownerless = (remoteId: string): DiscoveryRow => ({
  ...{ situation: 'ownerless', remoteId, userName: `user ${remoteId}` },
  ...{ person: null, personName: null, foundBy: null },
});

const holding: Holding = {
  ...{ person: 'p-zoe', personName: 'zoe', app: 'crm', state: 'active', since: at },
  ...{ entitlements: { groups: ['Sales'] }, approvedBy: ['ada'], reason: 'department is Sales' },
};

/** What the engine would know; tests put other things here. */
export const worldOfGovernance = () => ({
  explained,
  undo: { text: 'One change of zoe would be made back.', steps: [step('Clerk')], cannot: [] } as UndoPlan,
  candidates: [candidate('r-1'), candidate('r-2', { heldBy: 'bob' })] as MatchCandidate[],
  rows: [ownerless('r-8'), ownerless('r-9')] as DiscoveryRow[],
  pauses: [] as Pause[],
  holdings: [holding] as Holding[],
  grace: [] as GraceDue[],
  asked: [] as LoginView[],
  oncePage: null as OnceMessage | null,
  heldUp: { pause: null, people: 0, window: null } as HoldUp,
  twins: [] as TwinView[],
  welcomes: new Map<string, WelcomeView>(),
  retry: { count: 2, people: ['zoe', 'bob'], text: '2 changes of Customer Base would be tried again.' } as RetryPreview,
  roles: [
    {
      ...{ name: 'sales', title: 'Sales People', apps: ['crm'], people: 12 },
      members: [{ email: 'gone@acme.test', until: '2026-01-31' }],
    },
  ] as RoleView[],
  requestables: [
    { kind: 'app', name: 'crm', title: 'Customer Base', apps: ['crm'], state: 'open' },
    { kind: 'role', name: 'sales', title: 'Sales People', apps: ['crm', 'wiki'], state: 'open' },
    { kind: 'app', name: 'wiki', title: 'Wiki', apps: ['wiki'], state: 'has' },
  ] as Requestable[],
  requests: [] as RequestView[],
  leaver: {
    ...{ person: 'p-zoe', personName: 'zoe', status: 'left', leftAt: at, pending: [], failed: [] },
    closed: [loginView({ word: 'suspended' })],
    open: [loginView({ appTitle: 'Wiki', word: 'provisioned by sign-on' })],
    text: 'zoe has left: 1 account is closed, 1 must be closed by a human.',
  } as LeaverReport,
});
export type WorldOfGovernance = ReturnType<typeof worldOfGovernance>;

const discovery: Discovery = {
  ...{ app: 'crm', accounts: 12, matched: { email: 3 }, ambiguous: 1, unmatched: 2, ownerless: 2, managed: 4 },
  ...{ enabled: true, requests: [{ foundBy: 'email', approval: 'a-7Fq2', operations: 3 }] },
  text: 'Customer Base has 12 accounts; 2 belong to nobody we know.',
};

/** Governance as the Slack room sees it: every call is recorded with what it was given, and answered from `world`. */
export function recordedGovernance(calls: string[], world: WorldOfGovernance): Governance {
  const record = (name: string, ...given: unknown[]): void => {
    calls.push([name, ...given.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))].join(' '));
  };
  return {
    async explain(person, app) {
      record('explain', person, app);
      return world.explained;
    },
    async undo(what, actor, carryOut) {
      record('undo', what, actor.name, carryOut);
      return carryOut ? { ...world.undo, text: 'Undone: one change.' } : world.undo;
    },
    async release(person, app) {
      record('release', person, app);
      return { text: 'Released.' };
    },
    async disassociate(person, app) {
      record('disassociate', person, app);
      return { text: 'Unlinked.' };
    },
    async rematch(person, app, _actor, choice) {
      record('rematch', person, app, choice);
      if (choice !== null) return { result: 'asked', text: 'Asked for consent.' };
      return { result: 'choose', candidates: world.candidates, text: 'Two accounts may be zoe’s.' };
    },
    async refresh(app, _actor, progress) {
      record('refresh', app);
      progress?.(1, 2);
      return {
        app,
        found: 1_200,
        added: 3,
        gone: 1,
        text: 'Customer Base has 1,200 entitlement values: 3 new, 1 gone.',
      };
    },
    async discover(app) {
      record('discover', app);
      return discovery;
    },
    async *discoveryRows() {
      yield* world.rows;
    },
    async triage(app, remoteId, act) {
      record('triage', app, remoteId, act);
      return { text: act === 'ask' ? 'Asked.' : 'Left alone.' };
    },
    async pause(subject, until, reason, actor) {
      record('pause', subject, until, reason);
      world.pauses.push({ subject, until, reason, by: actor, at });
      return { text: 'Paused.' };
    },
    async resume(subject) {
      record('resume', subject);
      return { text: 'Resumed.' };
    },
    async pauses() {
      return world.pauses;
    },
    async retry(subject) {
      record('retry', subject);
      return { text: 'Tried again.' };
    },
    async retryPreview(subject) {
      record('retry-preview', subject);
      return world.retry;
    },
    async disable(person, reason, actor) {
      record('disable', person, reason, actor.name);
      return { text: 'zoe is being suspended everywhere.' };
    },
    async keepLonger(person, app, until) {
      record('keep', person, app, until);
      return { text: 'Kept.' };
    },
    async markClosed(person, app, note, actor) {
      record('closed', person, app, note, actor.name);
      return { text: 'Marked as closed.' };
    },
    async unmarkClosed(person, app, why, actor) {
      record('not-closed', person, app, why, actor.name);
      return { text: 'Open again.' };
    },
    async graceDue(named = {}) {
      const fits = ({ app, person }: GraceDue) => (named.app ?? app) === app && (named.person ?? person) === person;
      return world.grace.filter(fits);
    },
    async roles() {
      return world.roles;
    },
    async setMember(role, email, member) {
      record('member', role, email, member);
      return { text: 'Changed.' };
    },
    async twins() {
      return world.twins;
    },
    async sameAs(newcomer, person) {
      record('same', newcomer, person);
      return { text: 'Said.' };
    },
    async requestables() {
      return world.requestables;
    },
    async requestAccess(person, wanted, actor) {
      record('request', person, wanted, actor.name);
      if (wanted.until === '2001-01-01') throw refused('day-over', '2001-01-01 is over', 'Write a day still to come.');
      return { id: 'g-1', text: 'zoe asks for Customer Base. Whoever decides about it is asked now.' };
    },
    async requestsOf() {
      return world.requests;
    },
    async endRequest(person, request) {
      record('end-request', person, request);
      world.requests = [];
      return { text: 'Ended.' };
    },
    async leaver(person) {
      record('leaver', person);
      return world.leaver;
    },
    async whoHad(app, moment) {
      record('who-had', app, moment);
      return world.holdings;
    },
    async *accessReview(): AsyncGenerator<AccessRow> {
      for (const one of world.holdings)
        yield { ...one, account: 'active', word: 'provisioned', changedAt: at, approvedBy: [ada.name] };
    },
  };
}
