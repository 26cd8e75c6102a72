import type { OpenedLogin } from '../../blocks/login-modal.ts';
import type { Named } from '../engine/governance.ts';
import type { LoginView } from '../engine/use-cases.ts';
import { type Known, mayDecide, mayRead, maySeeRequest, ownOnly } from './command/access.ts';
import type { SlackDeps } from './deps.ts';

/** Everything a click on a login's status shows, for whoever clicked; or the sentence why not. */
export async function openedLogin(
  deps: SlackDeps,
  caller: Known,
  ids: { person: string; app: string },
): Promise<{ opened: OpenedLogin } | { refused: string }> {
  const person = await deps.useCases.person(ids.person);
  if (person === null) return { refused: 'That person is not known any more.' };
  if (!mayRead(caller, { kind: 'person', person, app: null })) return { refused: ownOnly };
  const [login] = await deps.useCases.logins({ person: ids.person, app: ids.app }, null, 1);
  if (login === undefined) return { refused: 'There is no such login any more.' };
  const [request, approved, due, paused] = await Promise.all([
    requestOf(deps, caller, login),
    deps.useCases.approvedBy(ids.person),
    login.word === 'suspended' ? deps.useCases.graceDue(ids) : [],
    pauseOf(deps, login),
  ]);
  const { admin } = caller.powers;
  const approvedBy = approved[ids.app] ?? [];
  return { opened: { login, admin, request, approvedBy, deletes: due.length > 0, paused } };
}

/** What it waits for: consent, or an admin's word on what the threshold held. */
async function requestOf(deps: SlackDeps, caller: Known, { login }: LoginView): Promise<OpenedLogin['request']> {
  const { operation } = login;
  const waits = operation !== null && ['awaiting', 'held', 'handed'].includes(operation.state);
  if (!waits || operation.ask === null) return null;
  const view = await deps.useCases.approval(operation.ask.approval, 8);
  if (view === null || view.approval.state !== 'open' || !maySeeRequest(caller, view)) return null;
  return { view, mayDecide: mayDecide(caller, view) };
}

async function pauseOf({ useCases }: SlackDeps, { login }: LoginView): Promise<Named | null> {
  if (login.operation?.trouble?.kind !== 'paused') return null;
  const holds = ({ app, person }: Named): boolean =>
    (app ?? login.app) === login.app && (person ?? login.person) === login.person;
  return (await useCases.pauses()).find(({ subject }) => holds(subject))?.subject ?? null;
}
