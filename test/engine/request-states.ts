import type { Approval } from '../../src/core/approval-model.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { system } from '../../src/core/event.ts';
import { step } from '../../src/core/login.ts';
import type { Actor } from '../../src/core/model.ts';
import { well } from '../../src/core/quarantine.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

/*
 * The states a request can be in, each made in a company of its own, and who may what in it, written from the rules.
 */
export type Acme = Awaited<ReturnType<typeof company>>;
type Config = ReturnType<typeof configOf>;

/** zoe is whom it is about, max her manager, ann an approver of the company, owen owns the app, dana stands in for ann. */
export const names = {
  ...{ nobody: 'gone', person: 'eve', subject: 'zoe', manager: 'max', approver: 'ann', owner: 'owen' },
  ...{ delegate: 'dana', auditor: 'olga', admin: 'ada' },
} as const;
export type Role = keyof typeof names;
export const roles = Object.keys(names) as Role[];

const staff = () => {
  const rows = Object.values(names).map((name) => row(name, { manager: 'max@acme.test' }));
  return rows.map((one) => (one.externalId === 'gone' ? { ...one, status: 'left' as const } : one));
};
const settings = {
  admins: ['ada@acme.test'],
  auditors: ['olga@acme.test'],
  // Whoever has left is named still.
  approvers: ['ann@acme.test', 'manager', 'owners', 'gone@acme.test'],
  approvalExpiry: '1 hour',
};
type App = Parameters<typeof configOf>[0];
const owned = { owners: ['owen@acme.test'] };
const asking = (app: App = {}, more: object = {}): Config =>
  only(configOf({ ...owned, approval: { create: true }, ...app }, { ...settings, ...more }));
/** Zoe alone is to have an account, so that there is one request. */
const only = (config: Config): Config => ({
  ...config,
  mappings: [],
  roles: config.roles.map((role) => ({ ...role, members: ['zoe@acme.test'] })),
});
const asked = (who: string) => ({ who: [who] });
const stepped = asking({ approval: { create: { steps: [asked('manager'), asked('owners')] } } });
const leaving = asking({ approval: { create: false, suspend: true } });

/** Dana stands in for Ann, whatever becomes of either. */
async function open(config: Config): Promise<Acme> {
  const acme = await company(staff(), config);
  await acme.sync(5_000);
  const { id } = await acme.personOf('dana');
  const until = acme.time.clock.now() + 86_400_000;
  await acme.engine.useCases.delegate(id, until, await actorOf(acme, 'approver'));
  await acme.time.advance(100);
  return acme;
}
/** The one request there is, in whatever state. */
export async function requestIn(acme: Acme): Promise<Approval> {
  const asks = (await acme.loginOf('zoe'))?.operation?.ask?.approval;
  const [found] = asks === undefined ? await acme.openCards() : await acme.store.approvals.many([asks]);
  if (found === undefined) throw new Error('nothing is asked');
  return found;
}
async function changed(acme: Acme, change: Partial<Approval>): Promise<void> {
  const before = await requestIn(acme);
  await acme.store.approvals.swap([{ before, after: { ...before, ...change, version: before.version + 1 } }]);
}
const decided = async (acme: Acme, by: Role, decision: 'approve' | 'reject' = 'approve') =>
  acme.decide(await requestIn(acme), names[by], decision, 'no');
export const actorOf = async (acme: Acme, role: Role): Promise<Actor> => {
  const { id } = await acme.personOf(names[role]);
  return { kind: 'person', person: id, name: `Person ${names[role]}`, via: 'slack' };
};
const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const configured = async (acme: Acme, config: Config) => {
  const doing = acme.engine.configure(config, ops);
  await acme.time.advance(5_000);
  await doing;
};
const left = async (acme: Acme, name: string) => {
  acme.directory.state.rows = staff().map((one) =>
    one.externalId === name ? { ...one, status: 'left' as const } : one,
  );
  await acme.sync(5_000);
};

/** What is said to those who may not, and whoever may: the circle of the request. */
export type State = {
  make(): Promise<Acme>;
  /** Who decides it; all others are refused. */
  decide: readonly Role[];
  /** Who asks something about it. */
  ask: readonly Role[];
  /** Told to whoever may not decide; `self` and outsiders first. */
  says: RegExp;
  /** Told instead to these. */
  but?: Readonly<Partial<Record<Role, RegExp>>>;
  /** Told to whoever approves it, where it is not the usual. */
  approved?: RegExp;
};
const circle = ['manager', 'approver', 'owner', 'delegate'] as const;
const onlyThose = /^Only Person .* may decide this\.$/;
const notOneself = /^Nobody decides about themselves/;
const hour = 3_600_000;
const over = { decide: [], ask: [] } as const;
const waiting = {
  ...{ decide: circle, ask: [...circle, 'admin'], says: onlyThose, but: { subject: notOneself } },
} satisfies Omit<State, 'make'>;

export const states: Readonly<Record<string, State>> = {
  gathering: {
    make: async () => {
      const acme = await open(asking());
      await changed(acme, { state: 'gathering' });
      return acme;
    },
    ...over,
    says: /still being put together/,
  },
  open: {
    make: () => open(asking()),
    ...waiting,
  },
  'agreed to by one of two': {
    make: async () => {
      const acme = await open(asking({}, { quorum: 2 }));
      await decided(acme, 'manager');
      return acme;
    },
    decide: ['approver', 'owner', 'delegate'],
    ask: [...circle, 'admin'],
    says: onlyThose,
    but: { subject: notOneself, manager: /^You have agreed already/ },
  },
  'in its first step': {
    make: () => open(stepped),
    decide: ['manager'],
    ask: ['manager', 'admin'],
    says: onlyThose,
    but: { subject: notOneself },
  },
  'in its second step': {
    make: async () => {
      const acme = await open(stepped);
      await decided(acme, 'manager');
      return acme;
    },
    decide: ['owner'],
    // Whoever was asked before has its card still, and asks about it.
    ask: ['manager', 'owner', 'admin'],
    says: onlyThose,
    but: { subject: notOneself, manager: /^You have agreed already/ },
  },
  'asked for by its approver': {
    make: async () => {
      const acme = await open(asking());
      await changed(acme, { requester: await actorOf(acme, 'approver') });
      return acme;
    },
    // Nobody decides in the place of one who may not.
    decide: ['manager', 'owner'],
    ask: [...circle, 'admin'],
    says: onlyThose,
    but: { subject: notOneself, approver: notOneself },
  },
  'that asks whom it is about': {
    make: async () => {
      const acme = await open(asking());
      const { circle: others, steps } = await requestIn(acme);
      const asks = [...others, (await acme.personOf('zoe')).id];
      await changed(acme, { circle: asks, steps: steps.map((one) => ({ ...one, circle: asks })) });
      return acme;
    },
    decide: circle,
    ask: [...circle, 'subject', 'admin'],
    says: onlyThose,
    but: { subject: notOneself },
  },
  approved: {
    make: async () => {
      const acme = await open(asking());
      await decided(acme, 'owner');
      return acme;
    },
    ...over,
    says: /^This request is approved already by Person owen\.$/,
  },
  /** Nobody knows yet what became of its call. */
  'whose change is being made': {
    make: async () => {
      const acme = await open(asking({}, { timings: { settle: '10 minutes' } }));
      acme.app.failNext(new ConnectorError('unavailable', 'unknown', 'no answer'));
      await decided(acme, 'owner');
      if ((await acme.loginOf('zoe'))?.operation?.state !== 'applying') throw new Error('it is not being made');
      return acme;
    },
    ...over,
    says: /^This request is approved already by Person owen\.$/,
  },
  rejected: {
    make: async () => {
      const acme = await open(asking());
      await decided(acme, 'owner', 'reject');
      return acme;
    },
    ...over,
    says: /^This request is rejected already by Person owen\.$/,
  },
  /** Its time is over, and nobody has swept it away yet. */
  lapsed: {
    make: async () => {
      const acme = await open(asking());
      await acme.time.advance(61 * 60_000);
      return acme;
    },
    ...over,
    says: /^This request has expired\./,
  },
  expired: {
    make: async () => {
      const acme = await open(asking());
      await acme.time.advance(61 * 60_000);
      const sweeping = acme.engine.alarms.approvals();
      await acme.time.advance(5_000);
      await sweeping;
      return acme;
    },
    ...over,
    says: /^This request has expired\./,
  },
  withdrawn: {
    make: async () => {
      const acme = await open(asking());
      const config = asking();
      await configured(acme, { ...config, roles: config.roles.map((role) => ({ ...role, members: [] })) });
      return acme;
    },
    ...over,
    says: /^This request was withdrawn/,
  },
  /** Nothing of it is wanted any more, and its card does not say so yet. */
  emptied: {
    make: async () => {
      const acme = await open(asking());
      const before = await acme.loginOf('zoe');
      if (before === null) throw new Error('no login');
      const after = { ...step(before, 'supersede', system('planner'), 1), outbox: [], version: before.version + 1 };
      await acme.store.logins.swap([{ before, after }]);
      return acme;
    },
    decide: [],
    ask: [...circle, 'admin'],
    // The first who would decide it closes it.
    says: /^Only Person|^This request was withdrawn/,
    but: { subject: notOneself, ...Object.fromEntries(circle.map((role) => [role, /^This request was withdrawn/])) },
  },
  'about somebody who left since': {
    make: async () => {
      const acme = await open(asking());
      await left(acme, 'zoe');
      return acme;
    },
    ...over,
    says: /^This request was withdrawn/,
    but: { subject: /./ },
  },
  'about a leaver’s account': {
    make: async () => {
      const acme = await open(leaving);
      await left(acme, 'zoe');
      return acme;
    },
    decide: circle,
    ask: [...circle, 'admin'],
    says: onlyThose,
  },
  'whose approver left': {
    make: async () => {
      const acme = await open(asking());
      await left(acme, 'ann');
      return acme;
    },
    // Whoever stood in for her does not any more.
    decide: ['manager', 'owner'],
    ask: ['manager', 'owner', 'admin'],
    says: onlyThose,
    but: { subject: notOneself },
  },
  'whose delegate left': {
    make: async () => {
      const acme = await open(asking());
      await left(acme, 'dana');
      return acme;
    },
    decide: ['manager', 'approver', 'owner'],
    ask: ['manager', 'approver', 'owner', 'admin'],
    says: onlyThose,
    but: { subject: notOneself },
  },
  'of an app that was removed': {
    make: async () => {
      const acme = await open(asking());
      await configured(acme, { ...asking(), apps: [], roles: [] });
      return acme;
    },
    ...over,
    says: /^This request was withdrawn/,
  },
  'of an app that is paused': {
    make: async () => {
      const acme = await open(asking());
      await acme.engine.useCases.pause({ app: 'crm' }, null, 'stocktaking', ops);
      return acme;
    },
    // Asking and deciding go on; the change waits.
    ...waiting,
    approved: /^Approved\. The change waits: crm is paused by ops: stocktaking\. It goes on once somebody resumes it/,
  },
  'of an app in quarantine': {
    make: async () => {
      const acme = await open(asking());
      acme.app.breakDown(new ConnectorError('unavailable', 'none', 'no answer'));
      const now = acme.time.clock.now();
      const quarantine = {
        since: now,
        kind: 'unavailable',
        reason: 'No answer.',
        nextTry: now + hour,
        tries: 1,
      } as const;
      const none = { version: 0, outbox: [], pausedUntil: null, reason: null };
      await acme.store.health.insert([{ ...well, ...none, id: 'crm', quarantine }]);
      return acme;
    },
    ...waiting,
    approved: /^Approved\. The change waits: crm is in quarantine since .*: No answer\./,
  },
};
