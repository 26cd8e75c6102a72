import { type ConnectorError, restAfter } from '../../core/errors.ts';
import { system } from '../../core/event.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time } from '../../core/model.ts';
import type { PasswordSource } from '../../core/password.ts';
import { letGo } from '../../core/pin.ts';
import { isRemoval } from '../../core/policy.ts';
import type { AppHealth } from '../../core/quarantine.ts';
import { changeNewest } from '../gather.ts';
import type { Held } from '../ownership.ts';
import type { Pace } from '../pace.ts';
import type { Deps } from '../ports.ts';
import { heldElsewhere } from './adoptable.ts';
import { type Observer, observerOf, slowDown } from './app-health.ts';
import { asConnectorError, type Settling } from './attempt.ts';

export const worker = system('worker');

export type WorkerDeps = Pick<
  Deps,
  'store' | 'clock' | 'random' | 'connections' | 'sealer' | 'timings' | 'log' | 'courtesy'
> & {
  /** Plans these people's logins anew. */
  replan(people: readonly string[]): Promise<void>;
  /** The Slack workspace, once known. */
  team?(): string | null;
  /** Rung after outcomes are written, so that cards and history follow at once. */
  happened(): void;
};

type TargetOf = ReturnType<Deps['connections']['target']>['target'];

/** What the calls of one batch share. */
export type Batch = {
  lease: Held;
  app: string;
  target: TargetOf;
  width: number;
  pace: Pace;
  /** How long the app's rate makes the rest wait, milliseconds. */
  wait: number;
  observer: Observer;
  /** Are the credentials refused even by a call that changes nothing? Asked once. */
  refused: Promise<boolean> | null;
  /** How passwords of new accounts come about; asked once, and only where one is made. */
  source: Promise<PasswordSource> | null;
  /** The app went into quarantine during this batch: nothing but leaving is begun. */
  isShut(login: Login): boolean;
};

export function batchOf(deps: WorkerDeps, lease: Held, app: string, known: AppHealth | null): Batch {
  const { connector, target, pace } = deps.connections.target(app);
  const width = connector.rate?.concurrency ?? 16;
  const observer = observerOf(deps, app, known);
  const wasOpen = observer.quarantine() === null;
  const isShut = ({ operation }: Login) =>
    wasOpen && observer.quarantine() !== null && operation !== null && !isRemoval(operation);
  return { lease, app, target, width, pace, wait: 0, observer, refused: null, source: null, isShut };
}

/**
 * The outcome belongs to this attempt alone: if the document shows another, it is not ours to write. What was unlinked meanwhile is
 * let go once it is known what became of the call, and never sent again.
 */
export async function write(deps: WorkerDeps, login: Login, change: (login: Login) => Login): Promise<void> {
  const attempt = login.intent?.attempt;
  const isOurs = ({ intent, operation }: Login) => intent?.attempt === attempt && operation?.state === 'applying';
  await changeNewest(
    deps.store.logins,
    login,
    (current) => (isOurs(current) ? withoutUnlinked(deps, change(current), current) : null),
    (current) => (isOurs(current) ? heldElsewhere(current, deps.clock.now()) : null),
  );
}

function withoutUnlinked({ clock }: WorkerDeps, after: Login, before: Login): Login {
  if (!before.disassociated || after.operation?.state === 'applying') return after;
  return { ...letGo(after, worker, clock.now()), version: before.version + 1 };
}

export const settlingOf = (deps: WorkerDeps, { observer }: Batch): Settling => ({
  at: deps.clock.now(),
  actor: worker,
  timings: deps.timings,
  jitter: deps.random.fraction(),
  quarantine: observer.quarantine(),
});

/** What a call says of the whole app: it asked us to slow down, its credentials are no longer taken, its calls keep failing. */
export async function heed(deps: WorkerDeps, batch: Batch, begunAt: Time, error: ConnectorError | null): Promise<void> {
  if (error?.kind === 'throttled') {
    return slowDown(deps, batch.app, deps.clock.now() + restAfter(error, deps.timings.retry));
  }
  const confirmed = error?.kind === 'auth' && (await credentialsRefused(deps, batch));
  await batch.observer.hear({ begunAt, error, confirmed });
}

/** One account may be off limits (403) while the credentials are good: a call that changes nothing tells the two apart. */
async function credentialsRefused(deps: WorkerDeps, batch: Batch): Promise<boolean> {
  if (batch.observer.quarantine() !== null) return true;
  batch.refused ??= search(() => batch.target.test(deps.clock.deadline(deps.timings.deadline))).then(
    (tested) => typeof tested === 'object' && tested.error.kind === 'auth',
  );
  return batch.refused;
}

export async function search<T>(look: () => Promise<T>): Promise<T | { error: ConnectorError }> {
  try {
    return await look();
  } catch (error) {
    return { error: asConnectorError(error) };
  }
}
