import { connectReview } from '../../../blocks/connect-review.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { ended } from '../../core/text.ts';
import type { ByPerson } from '../../engine/connect/connecting.ts';
import { openModal } from '../actions/modal.ts';
import type { SlackDeps } from '../deps.ts';
import { type FormStep, stepGround } from './step.ts';
import { drawnStep } from './steps.ts';

/** A step that is filled in opens its form. */
export async function openStep(
  deps: SlackDeps,
  trigger: string,
  draft: string,
  step: FormStep,
): Promise<Message | null> {
  const ground = await stepGround(deps, draft);
  if (ground === null) return answer('That is over, or its connector is gone.', '/provision connect');
  return openModal(deps, trigger, drawnStep(step, ground, {}), `/provision connect ${ground.draft.name} ${step}`);
}

/** Any other step is done at once. */
export async function takeStep(deps: SlackDeps, draft: string, step: string, by: ByPerson): Promise<Message> {
  const { useCases } = deps;
  if (step === 'secrets') return answer((await useCases.openSecretPage(draft, by)).text);
  if (step === 'authenticate') return answer((await useCases.openAuthentication(draft, by)).text);
  if (step === 'test') return answer(ended((await useCases.testDraft(draft, by)).text));
  if (step === 'discovery') return answer((await useCases.discoverDraft(draft, by)).text);
  if (step === 'review') return connectReview(await useCases.reviewDraft(draft, by));
  return answer('I do not know that step.');
}
