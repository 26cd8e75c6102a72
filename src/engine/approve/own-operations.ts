import { handsOf, newApproval } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { deciders } from '../../core/approval-step.ts';
import { changed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor } from '../../core/model.ts';
import type { Deps } from '../ports.ts';
import { reopenGathering } from './cards.ts';
import { isAsAsked } from './choose.ts';
import { waitingFor } from './waiting.ts';

type OwnDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

/**
 * Is this about one of them, or wished by one of them? Their consent lets others' changes go, and not this one. What is done by hand
 * is their own where it is about them.
 */
export const isOwn = (login: Login, people: ReadonlySet<string>, { task }: Pick<Approval, 'task'>): boolean =>
  whose(login, people, task) !== null;

function whose({ person, operation }: Login, people: ReadonlySet<string>, task: Approval['task']): Own | null {
  if (people.has(person)) return { kind: 'about', id: person };
  if (task) return null;
  const requester = operation?.requester ?? null;
  return requester?.kind === 'person' && people.has(requester.person)
    ? { kind: 'by', id: requester.person, actor: requester }
    : null;
}

type Own = { kind: 'about'; id: string } | { kind: 'by'; id: string; actor: Actor };

/**
 * What a decision of many let through of the deciders' own is asked again, of everybody else. It happens where a delegate or an
 * admin decided about a crowd they are part of. Safe to repeat.
 */
export async function askOwn(deps: OwnDeps, approval: Approval): Promise<void> {
  if (approval.state !== 'approved' || approval.kind === 'person') return;
  const consented = deciders(approval);
  const apart = new Map<string, Approval>();
  for await (const logins of waitingFor(deps.store, approval)) {
    for (const login of logins) await askApart(deps, approval, login, whose(login, consented, approval.task), apart);
  }
  for (const draft of apart.values()) await reopenGathering(deps, draft);
  if (apart.size > 0) deps.bell.ring('publisher');
}

async function askApart(
  deps: OwnDeps,
  approval: Approval,
  login: Login,
  own: Own | null,
  apart: Map<string, Approval>,
): Promise<void> {
  if (own === null || !isAsAsked(login, approval.id)) return;
  const draft = ownPart(approval, own, deps.clock.now());
  const known = apart.get(draft.id) ?? (await begun(deps, draft));
  if (known.state !== 'gathering') return;
  apart.set(draft.id, known);
  const { operation } = login;
  if (operation === null) return;
  const bound = changed(login, { operation: { ...operation, ask: { approval: draft.id, hash: operation.hash } } });
  await deps.store.logins.swap([{ before: login, after: bound }]);
}

async function begun({ store }: OwnDeps, draft: Approval): Promise<Approval> {
  if ((await store.approvals.insert([draft])).size > 0) return draft;
  return (await store.approvals.get(draft.id)) ?? draft;
}

function ownPart(approval: Approval, own: Own, at: number): Approval {
  const { app, operationKind, foundBy, leaving, urgent, risk } = approval;
  const steps = approval.steps.map((step) => ({
    ...step,
    circle: step.circle.filter((id) => id !== own.id),
    fallback: step.fallback.filter((id) => id !== own.id),
  }));
  const about =
    own.kind === 'about' ? { kind: 'person' as const, person: own.id } : { kind: approval.kind, person: null };
  const requester = own.kind === 'by' ? own.actor : approval.requester;
  const id = `${approval.id}.${own.kind}.${own.id}`;
  return newApproval(
    {
      ...{ id, app, operationKind, foundBy, leaving, urgent, risk, steps, requester, reason: approval.reason },
      ...about,
      ...handsOf(approval),
    },
    at,
  );
}
