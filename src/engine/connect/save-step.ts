import { merged } from '../../core/config-edit.ts';
import type { Draft, StepName } from '../../core/draft.ts';
import { endedDraft, isReconnected, withStep } from '../../core/draft.ts';
import { draftProblems } from '../../core/draft-config.ts';
import { connectionOf, connectionProblems } from '../../core/draft-connection.ts';
import { connectorOf, type DraftWorld } from '../../core/draft-steps.ts';
import { offerAuthentication } from './authenticate.ts';
import type { ByPerson, Saved, StepChange } from './connecting.ts';
import { forgetAside } from './draft-aside.ts';
import { changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';
import { takeBackSecrets, takenNames } from './keep-secret.ts';

/** Saves what was filled in where it is right; where it is not, the draft stays as it was. */
export async function saveStep(
  deps: DraftDeps,
  id: string,
  step: StepName,
  change: StepChange,
  actor: ByPerson,
): Promise<Saved> {
  const world = await freshWorld(deps);
  const isTaken = await takenNames(deps, world.config);
  const at = deps.clock.now();
  const filledIn = (draft: Draft): Draft => {
    if (change.connection === undefined) return withStep(draft, step, onTop(draft, change), actor, at);
    const begun = draft.renews && !isReconnected(draft) ? withoutSecrets(draft) : draft;
    const connection = connectionOf(connectorOf(draft, world), begun, change.connection, isTaken);
    return withStep(begun, step, { ...change, ...connection }, actor, at);
  };
  const problems = problemsIn(filledIn(await openDraft(deps, id)), step, world);
  if (problems.size > 0) return { problems };
  const after = await changeDraft(deps, id, filledIn);
  if (step === 'connection') await offerAuthentication(deps, id, actor);
  return { view: viewOf(deps, after ?? (await openDraft(deps, id)), world) };
}

/** What is reached in another way gets secrets of its own: those of before go to no other address, and hold until it is tested. */
const withoutSecrets = (draft: Draft): Draft => ({
  ...draft,
  names: {},
  saved: draft.saved.filter((step) => step !== 'secrets'),
  authenticated: null,
});

/** Groups are changed setting by setting: two steps may fill in the same one. */
const onTop = ({ about = {}, provisioning, reading }: Draft, change: StepChange): StepChange => ({
  ...change,
  ...(change.about === undefined ? {} : { about: merged(about, change.about) }),
  ...(change.provisioning === undefined ? {} : { provisioning: merged(provisioning, change.provisioning) }),
  ...(change.reading === undefined ? {} : { reading: merged(reading, change.reading) }),
});

/** By the path of the field of a connection, or of the part of the app it is about. */
function problemsIn(draft: Draft, step: StepName, world: DraftWorld): ReadonlyMap<string, string> {
  if (step === 'connection') return connectionProblems(connectorOf(draft, world), draft.connection);
  const wrong = draftProblems(draft, world.config, world.connectors).filter((problem) => problem.step === step);
  return new Map(wrong.map(({ path, message, remedy }) => [path, `${message}: ${remedy}`]));
}

/** Nothing of it stays but its events. */
export async function dropDraft(deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> {
  const outcome = 'nothing was changed';
  const after = await changeDraft(deps, id, (draft) => endedDraft(draft, 'dropped', outcome, actor, deps.clock.now()));
  if (after !== null) {
    await takeBackSecrets(deps, after, actor);
    await forgetAside(deps, after);
  }
  return { text: 'Dropped: nothing was changed.' };
}
