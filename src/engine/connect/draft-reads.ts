import { changed, type Draft, type Result, type StepName } from '../../core/draft.ts';
import { connectionDigest } from '../../core/draft-connection.ts';
import { targetOf } from '../../core/draft-steps.ts';
import { ConnectorError, refused } from '../../core/errors.ts';
import { troubleOf } from '../../core/failure.ts';
import { ended } from '../../core/text.ts';
import { discover } from '../accounts/discover.ts';
import { importEntitlements } from '../accounts/entitlement-list.ts';
import type { Progress } from '../governance.ts';
import type { ByPerson } from './connecting.ts';
import { type Aside, asideOf } from './draft-aside.ts';
import { changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';

/** Longest an import of entitlement values may take, milliseconds. */
const readDeadline = 30 * 60_000;
/** How often a card is told how far a read is, milliseconds. */
const tellEvery = 2_000;

/** Imports the values of the app's entitlements for a draft. */
export async function refreshDraft(deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> {
  const draft = await openDraft(deps, id);
  const target = targetOf(draft, await freshWorld(deps));
  if (target?.capabilities.entitlements !== true)
    throw refused(
      'no-entitlements',
      `${draft.title ?? draft.name} has no entitlements that could be read`,
      'Nothing is to be done.',
    );
  return reading(deps, draft, 'entitlements', actor, async (aside, progress) => {
    const found = await importEntitlements(aside.deps, draft.name, deps.clock.deadline(readDeadline), progress);
    return `${found.toLocaleString('en-US')} ${found === 1 ? 'value' : 'values'} imported`;
  });
}

/** Holds the accounts that are there already against our people. */
export const discoverDraft = async (deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> =>
  reading(deps, await openDraft(deps, id), 'discovery', actor, async (aside) => {
    const { text } = await discover(aside.deps, (await openDraft(deps, id)).name);
    return text.replace(/\.$/, '');
  });

/** One read of a draft's app, told on its card while it goes on, and kept with the connection it was made with. */
async function reading(
  deps: DraftDeps,
  draft: Draft,
  step: Extract<StepName, 'entitlements' | 'discovery'>,
  actor: ByPerson,
  read: (aside: Aside, progress: Progress) => Promise<string>,
): Promise<{ text: string }> {
  const { steps } = viewOf(deps, draft, await freshWorld(deps));
  if (steps.find(({ name }) => name === 'test')?.state !== 'done')
    throw refused('too-early', 'the connection has not been tested', 'Test it first.');
  const of = connectionDigest(draft, deps.book.edition);
  const progress = await progressOf(deps, draft.id, step, actor);
  const aside = await asideOf(deps, draft, progress);
  if (aside === null)
    throw refused('draft-wrong', 'something is wrong with an earlier step', 'See the card, and put it right first.');
  const { ok, text } = await outcomeOf(() => read(aside, progress), draft, deps.clock.now());
  await changeDraft(deps, draft.id, (current) => {
    const at = deps.clock.now();
    const result: Result = { of, ok, text, at };
    const change = step === 'discovery' ? { discovered: result } : { refreshed: result };
    return changed(current, { ...change, busy: null }, actor, at, { type: step, message: text });
  });
  return { text: ended(text) };
}

async function outcomeOf(
  work: () => Promise<string>,
  { title, name }: Draft,
  now: number,
): Promise<{ ok: boolean; text: string }> {
  try {
    return { ok: true, text: await work() };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { message, remedy } = troubleOf(error, title ?? name, now);
    return { ok: false, text: `${ended(message)} ${remedy}` };
  }
}

/** Marks the draft as busy, and tells it now and then how far the read is. */
async function progressOf(deps: DraftDeps, id: string, step: StepName, actor: ByPerson): Promise<Progress> {
  const busy = (done: number, total: number | null, at: number) => ({ busy: { step, done, total, at } });
  let told = deps.clock.now();
  await changeDraft(deps, id, (draft) => changed(draft, busy(0, null, told), actor, told, null));
  return (done, total) => {
    const at = deps.clock.now();
    if (at - told < tellEvery) return;
    told = at;
    changeDraft(deps, id, (draft) =>
      draft.busy === null ? null : changed(draft, busy(done, total, at), actor, at, null),
    ).catch((error: unknown) => deps.log.debug({ draft: id, error }, 'progress was not told'));
  };
}
