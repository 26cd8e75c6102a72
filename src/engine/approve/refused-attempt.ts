import type { Approval } from '../../core/approval-model.ts';
import { makeEvent, system } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import type { Deps } from '../ports.ts';
import { record } from '../publisher.ts';
import type { DecideInput, DecideOutcome } from '../use-cases.ts';
import type { Attempt } from './approving.ts';

type AttemptDeps = Pick<Deps, 'store' | 'clock' | 'random'>;

/** Attempts of one person at one request that fail alike are one event a minute, however often they press. */
const minute = 60_000;

type RefusedOutcome = Extract<DecideOutcome, { result: 'refused' }>;

/** A press that decided nothing is written down as well: who, about what, and why not. */
export async function recordRefused(deps: AttemptDeps, input: DecideInput, outcome: RefusedOutcome): Promise<void> {
  const { id } = input.actor;
  const actor: Actor = { kind: 'person', person: id, name: nameOf(input.actor), via: 'slack' };
  const message = `${input.decision} refused: ${outcome.why}`;
  await write(deps, { approval: outcome.approval, by: id, actor, message });
}

/** The same of somebody who is nobody here: a guest, an outsider, an app, or where outsiders read along. */
export async function refuseAttempt(deps: AttemptDeps, { approval: id, user, decision, why }: Attempt): Promise<void> {
  const approval = await deps.store.approvals.get(id);
  const message = `Slack user ${user} tried to ${decision}: refused, ${why}`;
  await write(deps, { approval, by: user, actor: system('slack'), message });
}

type Refused = { approval: Approval | null; by: string; actor: Actor; message: string };

async function write(deps: AttemptDeps, { approval, by, actor, message }: Refused): Promise<void> {
  const at = deps.clock.now();
  const about = { app: approval?.app ?? null, person: approval?.person ?? null, approval: approval?.id ?? null };
  const id = `refused:${approval?.id ?? 'unknown'}:${digestOf({ by, message }).slice(0, 32)}:${Math.floor(at / minute)}`;
  await record(deps, makeEvent({ type: 'approval.refused', message, actor, ...about }, id, at));
}
