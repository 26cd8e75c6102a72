import type { ConnectorError } from '../../core/errors.ts';
import { changed, giveUp, hold, leaveUnknown, succeed } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { entitlementsBefore, withUnread } from '../../core/unread.ts';
import { lookAgain, restOf, retryLater, type Settling, searchCreated, settle } from './attempt.ts';
import { type Batch, heed, search, settlingOf, type WorkerDeps, worker, write } from './batch.ts';
import { asChosen } from './chosen.ts';

/** The app already has such an account. If it carries our id it is the one we made; otherwise a person decides. */
export async function collided(deps: WorkerDeps, batch: Batch, login: Login, error: ConnectorError): Promise<void> {
  const operation = login.operation;
  if (operation === null) return;
  const found = await search(() => searchCreated(batch.target, operation, deps.clock.deadline(deps.timings.deadline)));
  const finding = asChosen(login, found);
  const settling = settlingOf(deps, batch);
  await write(deps, login, (current) => {
    if ('error' in finding) return leaveUnknown(current, settling.at, deps.timings.settle);
    if (finding.found === 'done') return recovered(current, finding.account, settling);
    const candidates = finding.found === 'foreign' ? finding.candidates : [];
    return foreign(current, candidates, error.message, settling);
  });
}

function foreign(login: Login, candidates: readonly string[], message: string, settling: Settling): Login {
  const remedy = 'Match the login to that account, or change the name or e-mail of one of the two.';
  return hold(login, { kind: 'conflict', message, remedy, at: settling.at }, worker, { candidates });
}

/**
 * Found in the app after an unknown outcome: done, and planned once more in case only a part of it arrived. What cannot be read
 * counts as not arrived.
 */
const recovered = (login: Login, found: Parameters<typeof succeed>[1], settling: Settling): Login => {
  const { operation } = login;
  const isKnown = found === null || operation === null;
  const account = isKnown ? found : withUnread(found, entitlementsBefore(login, operation));
  return { ...succeed(login, account, worker, settling.at), nextAt: settling.at };
};

/**
 * An intent whose outcome nobody knows: a crash, a time-out, a reset. It is never sent again blind. An intent of an older epoch
 * waits out the settle time on this worker's own clock first, since its call may still be on the way.
 */
export async function recover(deps: WorkerDeps, batch: Batch, login: Login): Promise<void> {
  const { lease } = batch;
  const { intent, operation } = login;
  if (intent === null || operation === null) return;
  if (intent.outcome === 'pending' && intent.epoch !== lease.epoch) return waitOut(deps, batch, login);
  if (lease.remaining() <= deps.timings.deadline) return;
  if (batch.isShut(login)) return;
  const begunAt = deps.clock.now();
  const found = await search(() => lookAgain(batch.target, operation, deps.clock.deadline(deps.timings.deadline)));
  const finding = asChosen(login, found);
  await heed(deps, batch, begunAt, 'error' in finding ? finding.error : null);
  const settling = settlingOf(deps, batch);
  await write(deps, login, (current) => {
    if ('error' in finding) return stillUnknown(current, finding.error, settling);
    if (finding.found === 'done') return recovered(current, finding.account, settling);
    if (finding.found === 'foreign') return foreign(current, finding.candidates, foreignText, settling);
    const trouble = current.operation?.trouble ?? {
      kind: 'unavailable',
      message: 'the app did not answer',
      remedy: '',
      at: settling.at,
    };
    // The app refused a part of the change for good, after another part was made.
    if (trouble.kind === 'rejected' || trouble.kind === 'conflict') return giveUp(current, trouble, worker);
    return retryLater(current, trouble, 0, settling);
  });
}

const foreignText = 'an account of that name is in the app, and it is not known to be ours';

async function waitOut(deps: WorkerDeps, { lease }: Batch, login: Login): Promise<void> {
  const at = deps.clock.now();
  await write(deps, login, (current) => {
    const waiting = leaveUnknown(current, at, deps.timings.deadline + deps.timings.settle);
    return waiting.intent === null ? waiting : { ...waiting, intent: { ...waiting.intent, epoch: lease.epoch } };
  });
}

/** The search itself failed: the intent stands; the app is asked again later, however long it takes. */
function stillUnknown(login: Login, error: ConnectorError, settling: Settling): Login {
  if (error.kind === 'missing') return settle(login, { ok: false, error }, settling);
  const { timings, at } = settling;
  return changed(login, { nextAt: at + Math.max(error.retryAfter ?? 0, timings.settle, restOf(login, settling)) });
}
