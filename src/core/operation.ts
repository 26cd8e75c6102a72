import { broken } from './errors.ts';
import { type EventDraft, makeEvent } from './event.ts';
import { operationHash } from './hash.ts';
import type { Actor, Operation, OperationKind, OperationState, RollcallEvent, Time } from './model.ts';

export type Trigger =
  | 'ask'
  | 'waive'
  | 'hold'
  | 'release'
  | 'approve'
  | 'reject'
  | 'expire'
  | 'start'
  | 'hand'
  | 'succeed'
  | 'retry'
  | 'fail'
  | 'supersede';

/** The one state table of an operation (design.md, *State of an operation*). A missing cell is not allowed. */
export const transitions = {
  planned: { ask: 'awaiting', waive: 'approved', hold: 'held', supersede: 'superseded' },
  awaiting: { approve: 'approved', reject: 'rejected', expire: 'rejected', supersede: 'superseded' },
  held: { release: 'planned', reject: 'rejected', supersede: 'superseded' },
  approved: { start: 'applying', hand: 'handed', hold: 'held', supersede: 'superseded' },
  applying: { succeed: 'applied', retry: 'approved', fail: 'failed', hold: 'held' },
  handed: { succeed: 'applied', fail: 'failed', supersede: 'superseded' },
  failed: { retry: 'approved', supersede: 'superseded' },
  applied: {},
  rejected: {},
  superseded: {},
} as const satisfies Record<OperationState, Partial<Record<Trigger, OperationState>>>;

const table: Record<OperationState, Partial<Record<Trigger, OperationState>>> = transitions;

export const isFinal = (state: OperationState): boolean => Object.keys(table[state]).length === 0;
export const isOpen = (operation: Operation | null): operation is Operation =>
  operation !== null && !isFinal(operation.state);
export const allows = (state: OperationState, trigger: Trigger): boolean => table[state][trigger] !== undefined;

/** What the event of each trigger is called in sentences: `Zoe in crm: create approved`. */
const past: Record<Trigger, string> = {
  ask: 'asked for approval',
  waive: 'planned, no approval needed',
  hold: 'held',
  release: 'released',
  approve: 'approved',
  reject: 'rejected',
  expire: 'expired unanswered',
  start: 'started',
  hand: 'handed over as a task',
  succeed: 'done',
  retry: 'put back to be tried again',
  fail: 'failed',
  supersede: 'superseded by a newer wish',
};

/** Fields a trigger may change beside the state. */
export type OperationChange = Partial<Pick<Operation, 'ask' | 'trouble' | 'decidedBy' | 'remoteId'>>;

/**
 * The next operation and its event; the event's id is the operation's and the number of the step.
 * @throws RollcallError `operation-transition` (crash) when the table has no such cell.
 */
export function advance(
  operation: Operation,
  trigger: Trigger,
  actor: Actor,
  at: Time,
  change: OperationChange = {},
  note = '',
): { operation: Operation; event: RollcallEvent } {
  const state = table[operation.state][trigger];
  if (state === undefined) {
    throw broken('operation-transition', `operation ${operation.id} is ${operation.state}: it cannot ${trigger}`);
  }
  const next: Operation = { ...operation, ...change, state, changedAt: at, steps: operation.steps + 1 };
  return {
    operation: next,
    event: makeEvent(eventOf(next, trigger, actor, note), `${next.id}:${next.steps}`, at),
  };
}

function eventOf(operation: Operation, trigger: Trigger, actor: Actor, note: string): EventDraft {
  const { person, app, id, kind } = operation;
  const message = note === '' ? `${kind} ${past[trigger]}` : `${kind} ${past[trigger]}: ${note}`;
  const approval = operation.ask?.approval ?? null;
  const status = statusAfter(operation);
  return {
    type: `operation.${trigger}`,
    message,
    actor,
    person,
    app,
    operation: id,
    approval,
    kind,
    status,
    ...told(operation, trigger),
  };
}

/** The plan says why and what, the outcome what; the steps between are found by the operation's id. */
function told({ reasons, before, after }: Operation, trigger: Trigger): Partial<EventDraft> {
  if (trigger === 'ask' || trigger === 'waive' || trigger === 'hold') return { reasons, before, after };
  return trigger === 'succeed' ? { before, after } : {};
}

const done: Record<OperationKind, string> = {
  create: 'provisioned',
  adopt: 'provisioned',
  update: 'provisioned',
  reactivate: 'provisioned',
  suspend: 'suspended',
  delete: 'deleted',
};
/** The word of each kind while it is under way. */
export const doing = {
  create: 'provisioning',
  adopt: 'provisioning',
  update: 'modifying',
  reactivate: 'modifying',
  suspend: 'suspending',
  delete: 'deleting',
} as const satisfies Record<OperationKind, string>;

/** The word people read of the login after this step, for filtering the history. */
function statusAfter({ state, kind }: Operation): string | null {
  if (state === 'applied') return done[kind];
  if (state === 'awaiting') return kind === 'adopt' ? 'needs match' : 'pending approval';
  if (state === 'superseded') return null;
  if (state === 'handed') return 'to do';
  return state === 'failed' || state === 'held' || state === 'rejected' ? state : doing[kind];
}

/** A planned operation with its hash. */
export function makeOperation(
  draft: Omit<
    Operation,
    'hash' | 'state' | 'ask' | 'foundBy' | 'decidedBy' | 'trouble' | 'steps' | 'createdAt' | 'changedAt'
  > &
    Partial<Pick<Operation, 'foundBy'>>,
  at: Time,
): Operation {
  return {
    foundBy: null,
    ...draft,
    hash: operationHash(draft),
    state: 'planned',
    ask: null,
    decidedBy: [],
    trouble: null,
    steps: 0,
    createdAt: at,
    changedAt: at,
  };
}
