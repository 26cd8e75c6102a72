import { refused } from '../../core/errors.ts';
import type { ChainedEvent } from '../../core/event.ts';
import type { Login } from '../../core/login-model.ts';
import type { OperationState, Time } from '../../core/model.ts';
import type { Done } from '../../core/undo.ts';
import type { GovernanceDeps } from '../governance.ts';

/** One operation to be undone. `done` null: it was never applied; `state` is how far it came. */
export type UndoTarget = {
  id: string;
  person: string;
  app: string;
  login: string;
  at: Time;
  state: OperationState;
  done: Done | null;
};

type Stores = Pick<GovernanceDeps, 'store'>;
const page = 500;

/** @throws RollcallError `unknown-operation`, `unknown-approval`. */
export async function targetsOf(
  deps: Stores,
  what: { operation: string } | { approval: string },
): Promise<UndoTarget[]> {
  return 'operation' in what ? [await oneTarget(deps, what.operation)] : allTargets(deps, what.approval);
}

/** Events tell of every operation, however long ago; the login only of the last one. */
async function oneTarget({ store }: Stores, id: string): Promise<UndoTarget> {
  const events = await store.events.list({ operation: id }, null, page);
  const event = events.find(isDone) ?? events[0];
  if (event === undefined || event.person === null || event.app === null) {
    throw refused(
      'unknown-operation',
      `there is no operation ${id}`,
      'Its id stands in the history: `rollcall events`.',
    );
  }
  if (isDone(event)) return targetOf(event);
  const login = await store.logins.get(`${event.person}:${event.app}`);
  const state = login?.operation?.id === id ? login.operation.state : 'superseded';
  return { ...targetOf(event), state, done: null };
}

async function allTargets(deps: Stores, id: string): Promise<UndoTarget[]> {
  if ((await deps.store.approvals.get(id)) === null) {
    throw refused('unknown-approval', `there is no request ${id}`, 'Its id stands at the foot of its card.');
  }
  const done = await doneIn(deps, id);
  return [...done, ...(await notDoneIn(deps, id, new Set(done.map((target) => target.id))))];
}

async function doneIn({ store }: Stores, approval: string): Promise<UndoTarget[]> {
  const targets: UndoTarget[] = [];
  let before: { at: Time; id: string } | null = null;
  for (;;) {
    const events: ChainedEvent[] = await store.events.list({ approval }, before, page);
    targets.push(...events.filter(isDone).map(targetOf));
    const last = events.at(-1);
    if (last === undefined || events.length < page) return targets;
    before = { at: last.at, id: last.id };
  }
}

async function notDoneIn({ store }: Stores, approval: string, done: ReadonlySet<string>): Promise<UndoTarget[]> {
  const targets: UndoTarget[] = [];
  let after: string | null = null;
  for (;;) {
    const logins: Login[] = await store.logins.byApproval(approval, after, page);
    if (logins.length === 0) return targets;
    after = logins.at(-1)?.id ?? null;
    for (const { id: login, person, app, operation } of logins) {
      if (operation === null || done.has(operation.id)) continue;
      targets.push({
        id: operation.id,
        person,
        app,
        login,
        at: operation.changedAt,
        state: operation.state,
        done: null,
      });
    }
  }
}

/** Of an erased one nobody knows any more what was done. */
const isDone = ({ type, kind, erased }: ChainedEvent): boolean =>
  type === 'operation.succeed' && kind !== null && erased !== true;

function targetOf(event: ChainedEvent): UndoTarget {
  const { operation, person, app, kind, before, after, at } = event;
  const [id, whose, where] = [operation ?? '', person ?? '', app ?? ''];
  const done = kind === null ? null : { id, kind, before, after };
  return { id, person: whose, app: where, login: `${whose}:${where}`, at, state: 'applied', done };
}

/** Was the account deleted, unlinked, lost or made anew after this? Then what it was is not what there is. */
export async function isAnotherAccount({ store }: Stores, target: UndoTarget, login: Login): Promise<boolean> {
  if (login.operation?.id === target.id) return false;
  const { person, app, at, id } = target;
  const since = await store.events.list({ person, app, since: at }, null, page);
  return since.some(
    ({ type, kind, operation, at: when }) =>
      (type === 'operation.succeed' &&
        operation !== id &&
        (kind === 'create' || kind === 'adopt' || kind === 'delete')) ||
      (when > at && (type === 'login.disassociated' || type === 'account.missing')),
  );
}
