import { createHmac } from 'node:crypto';
import type { Approval } from '../../src/core/approval-model.ts';
import type { Config } from '../../src/core/config.ts';
import type { TargetConnector } from '../../src/core/connector.ts';
import type { Member, Message } from '../../src/local-slack/model.ts';
import { createSaml } from '../../src/saml/saml.ts';
import { isMember } from '../../src/slack/caller.ts';
import { wantCard } from '../../src/slack/cards.ts';
import { makePace } from '../../src/slack/pace.ts';
import { company, configOf } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';
import { ada, bob, gus, openOffice, sam, zoe } from './office.ts';

const asking = { approval: { create: true, update: true } };
const people = { admins: ['ada@acme.test'], approvers: ['ada@acme.test', 'bob@acme.test'] };
const staff = () => ['ada', 'bob', 'zoe'].map((name) => row(name));

/** A second Slack account that bears Ada's address, and an app's user. */
export const [twin, robot] = ['U0ADA00002', 'U0ROBOT001'] as const;

/** Made anew for each test, which may change them. */
const members = (): Member[] => {
  const of = (id: string, name: string, more: Partial<Member> = {}): Member => {
    const known = { name, realName: name, email: `${name}@acme.test`, timeZone: 'UTC' };
    return { id, ...known, ...more };
  };
  return [
    ...[of(ada, 'ada'), of(bob, 'bob'), of(zoe, 'zoe'), of(gus, 'gus', { guest: true })],
    of(sam, 'sam', { teamId: 'T0FOREIGN1' }),
    of(twin, 'ada2', { email: 'ada@acme.test' }),
    of(robot, 'robot', { bot: true }),
  ];
};

/** The office with the real engine behind it: who may press is judged by both, from the payload to the store. */
export async function openCompany(
  settings: object = {},
  app: Parameters<typeof configOf>[0] = asking,
  rows = staff(),
  /** An app that is there to be connected. */
  also?: TargetConnector,
  /** Another configuration than of the one app. */
  config: Config = configOf(app, { ...people, ...settings }),
  /** Members of the workspace beside the usual ones. */
  more: readonly Member[] = [],
) {
  const office = await openOffice(
    { channel: '#access', leaverChannel: '#leavers' },
    { people: [...members(), ...more] },
  );
  const silence = { on: false };
  const acme = await company(rows, config, {
    store: office.store,
    saml: createSaml({ now: Date.now }),
    ...(also !== undefined && { also }),
    // Slack may not answer when a voter is looked up, though it did when the presser was.
    isMember: (person) => isMember(silence.on ? null : office.deps, person),
  });
  Object.assign(office.useCases, acme.engine.useCases);
  await acme.sync();

  async function showCards(): Promise<void> {
    for (const approval of await office.store.approvals.open(50)) await wantCard(office.deps, approval);
    // A channel takes a message a second; nobody waits for that here.
    for (let next: number | null = 0; next !== null; ) {
      office.deps.memory.pace = makePace();
      next = (await office.pump()).nextAt;
    }
  }
  await showCards();
  const request = async (externalId: string): Promise<Approval> => {
    const { id } = await acme.personOf(externalId);
    const found = (await acme.openCards()).find((open) => open.person === id);
    if (found === undefined) throw new Error(`no open request about ${externalId}`);
    return found;
  };
  return {
    ...{ office, acme, showCards, request, silence },
    reload: async (id: string): Promise<Approval> => {
      const found = await office.store.approvals.get(id);
      if (found === null) throw new Error(`no request ${id}`);
      return found;
    },
    /** The card of a request as somebody sees it. */
    card: (viewer: string, id: string, where = 'access'): Message | undefined =>
      office.messages(viewer, where).find(({ blocks }) => JSON.stringify(blocks).includes(`"${id}:`)),
    /** What was said to one person alone. */
    whispers: (viewer: string, where = 'access'): string =>
      office
        .messages(viewer, where)
        .flatMap((message) => (message.ephemeralFor === viewer ? [message.text] : []))
        .join('\n'),
    /** Changes somebody in Slack, as an admin of the workspace would. */
    inSlack(user: string, change: Partial<Member>): void {
      const member = office.workspace.state.members.find(({ id }) => id === user);
      if (member === undefined) throw new Error(`nobody ${user}`);
      Object.assign(member, change);
    },
    shareChannel(name: string): void {
      const channel = office.workspace.state.channels.find((each) => each.name === name);
      if (channel !== undefined) Object.assign(channel, { externallyShared: true });
    },
    /** Every attempt that was refused, as it is recorded. */
    attempts: async (): Promise<string[]> => {
      const events = await office.store.events.list({}, null, 500);
      return events
        .filter(({ type }) => type === 'approval.refused')
        .map(({ message }) => message)
        .sort();
    },
    /** Lets the work be done, and says how many accounts were made. */
    created: async (): Promise<number> => {
      await acme.time.advance(60_000);
      return acme.app.calls.filter(({ kind }) => kind === 'create').length;
    },
    async close(): Promise<void> {
      await acme.stop();
      await office.close();
    },
  };
}
export type Company = Awaited<ReturnType<typeof openCompany>>;

export type Signed = { payload: object; skew?: number; secret?: string; signature?: string };

/** Sends a payload to the bot as Slack signs it, `skew` seconds from now, or not quite. */
export async function send({ office }: Pick<Company, 'office'>, { payload, skew = 0, secret, signature }: Signed) {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const seconds = String(Math.floor(Date.now() / 1_000) + skew);
  const hash = createHmac('sha256', secret ?? office.signingSecret)
    .update(`v0:${seconds}:${body}`)
    .digest('hex');
  const response = await fetch(office.botUrl, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': signature ?? `v0=${hash}`,
    },
  });
  await office.idle();
  return response.status;
}
