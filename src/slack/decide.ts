import { answer } from '../../blocks/help.ts';
import type { Message } from '../../blocks/kit.ts';
import { signInMessage } from '../../blocks/sign-in.ts';
import type { DecideInput, DecideOutcome } from '../engine/use-cases.ts';
import { tellDecided } from './arrival.ts';
import { wantCard } from './cards.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';

/** Decides, and asks for every copy of the card to follow. What the cards show never holds a decision up. */
export async function decideAs(deps: SlackDeps, input: DecideInput): Promise<DecideOutcome> {
  const outcome = await deps.useCases.decide(input);
  tellDecided(deps, 'kept');
  const { approval, decision, actor } = input;
  const why = outcome.result === 'refused' ? { why: outcome.why } : {};
  deps.log.debug({ approval, decision, person: actor.id, result: outcome.result, ...why }, 'a decision was made');
  if (outcome.approval === null) return outcome;
  try {
    await wantCard(deps, outcome.approval);
  } catch (error) {
    deps.log.warn({ approval: outcome.approval.id, ...describeError(error) }, 'could not ask for the cards to follow');
  }
  return outcome;
}

/** What the one who pressed is told: a sentence, and where they have to sign in first the way there. */
export const outcomeMessage = (outcome: DecideOutcome): Message =>
  outcome.result === 'sign-in' ? signInMessage(outcome.text, outcome.link) : answer(outcome.text);
