import { type Draft, endedDraft } from '../../core/draft.ts';
import { configOf, draftEdit, draftProblems, type Made } from '../../core/draft-config.ts';
import { isFresh } from '../../core/draft-steps.ts';
import { ConnectorError, RollcallError, refused } from '../../core/errors.ts';
import { configuring } from '../configure/config-cases.ts';
import { passwordsUnder, preview } from '../plan/preview.ts';
import type { ByPerson, Review } from './connecting.ts';
import { asideOf, forgetAside } from './draft-aside.ts';
import { changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';

/** Operations told of the plan. */
const sampled = 8;

/** What connecting the draft would come to. */
export async function reviewDraft(deps: DraftDeps, id: string, actor: ByPerson): Promise<Review> {
  const world = await freshWorld(deps);
  const draft = await openDraft(deps, id);
  const view = viewOf(deps, draft, world);
  const problems = draftProblems(draft, world.config, world.connectors);
  const nothing = { view, problems, lines: [], power: [], shown: '', deciders: [], plan: null };
  const made = configOf(draft);
  if ('wrong' in made || problems.length > 0) return nothing;
  const tried = await configuring(deps).tryEdit(draftEdit(draft, made), actor);
  if ('problems' in tried) return nothing;
  const { lines, power, shown, deciders } = tried;
  return { view, problems, lines, power, shown, deciders, plan: await planOf(deps, draft) };
}

/** Nothing is planned for a directory, nor for an app that only is connected. */
async function planOf(deps: DraftDeps, draft: Draft): Promise<Review['plan']> {
  const aside = await asideOf(deps, draft);
  const app = aside?.config.apps.find(({ name }) => name === draft.name);
  if (aside === null || draft.kind === 'directory' || app?.provisioning.enabled !== true) return null;
  try {
    const plan = await preview(aside.deps, { app: draft.name }, sampled, aside.config);
    // Held against the configuration there is: aside, the app is part of it already.
    return { ...plan, passwords: await passwordsUnder(deps, aside.config) };
  } catch (error) {
    if (error instanceof RollcallError && error.next !== 'crash') return error.message;
    if (error instanceof ConnectorError) return error.message;
    throw error;
  }
}

/**
 * Makes the draft part of the configuration, or proposes it to another admin.
 * @throws RollcallError `too-early`, `config-changed` where it would change something else than was shown, `config-wrong`.
 */
export async function connectDraft(
  deps: DraftDeps,
  id: string,
  shown: string | null,
  actor: ByPerson,
): Promise<{ text: string }> {
  const world = await freshWorld(deps);
  const draft = await openDraft(deps, id);
  const review = viewOf(deps, draft, world).steps.find(({ name }) => name === 'review');
  if (review === undefined || review.state !== 'todo')
    throw refused(
      'too-early',
      `${draft.title ?? draft.name} cannot be connected yet: ${review?.text}`,
      'See its card.',
    );
  const made = configOf(draft);
  if ('wrong' in made) throw refused('config-wrong', `${made.wrong[0]?.message}`, `${made.wrong[0]?.remedy}`);
  const outcome = await configuring(deps).changeConfig(draftEdit(draft, made), actor, shown);
  const title = draft.title ?? draft.name;
  const text = outcome.result === 'proposed' ? outcome.text : `${title} is connected. ${outcome.text} ${whatNow(made)}`;
  const after = await changeDraft(deps, id, (current) => endedDraft(current, 'done', text, actor, deps.clock.now()));
  if (after !== null && outcome.result === 'applied' && isFresh(draft.refreshed, draft, world))
    await keepValues(deps, draft);
  await forgetAside(deps, draft);
  return { text };
}

/** What whoever connected it may expect next. */
function whatNow(made: Made): string {
  if ('directory' in made) return 'Its people are read now.';
  if (!made.app.provisioning.enabled) return 'No account is touched while provisioning is off.';
  return 'What needs consent is asked now, of those who decide.';
}

/** The values that were imported on the way are the app's own now. */
async function keepValues({ store, random, clock }: DraftDeps, { id, name }: Draft): Promise<void> {
  const sweep = random.id('s');
  await store.accounts.putEntitlements(name, sweep, 0, await store.accounts.entitlements(id));
  await store.accounts.finishEntitlements(name, sweep, clock.now());
}
