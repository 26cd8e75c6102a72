import type { Message } from '../../../blocks/kit.ts';
import { RollcallError } from '../../core/errors.ts';
import { ended } from '../../core/text.ts';
import { adminOf } from '../command/access.ts';
import { byOf } from '../command/connecting.ts';
import type { FormPress } from '../config-payload.ts';
import type { SlackDeps } from '../deps.ts';
import { fits, namedState } from '../forms/view.ts';
import { slackErrorOf } from '../slack-error.ts';
import type { Started } from './payload.ts';
import { isFormStep, stepGround } from './step.ts';
import { blocksOf, drawnStep, stepForms } from './steps.ts';

/** What a form is told: nothing, or what is wrong at which of its inputs. */
export type Told = { done: true } | { errors: Record<string, string> };

const done: Told = { done: true };
const gone = 'That is over, or its connector is gone. See /provision connect.';

/** Begins to connect what the form says. */
export async function started(deps: SlackDeps, { user, ...wanted }: Started): Promise<Told> {
  const admin = await adminOf(deps, user);
  if (typeof admin === 'string') return { errors: { connector: admin } };
  return toldOf('name', async () => {
    await deps.useCases.beginDraft(wanted, byOf(admin.person));
    return done;
  });
}

/** Saves what a step's form says; what is wrong is told at its input, or at the first. */
export async function savedStep(deps: SlackDeps, press: FormPress): Promise<Told> {
  const { draft = '', step = '' } = press.meta;
  const [admin, ground] = await Promise.all([adminOf(deps, press.user), stepGround(deps, draft)]);
  const [first = ''] = Object.keys(press.state);
  if (typeof admin === 'string') return { errors: { [first]: admin } };
  if (ground === null || !isFormStep(step)) return { errors: { [first]: gone } };
  const state = namedState(ground, press.state);
  const blocks = blocksOf(step, ground, state);
  if (!fits(drawnStep(step, ground, state), press.state))
    return { errors: { [first]: 'That is more than one form can hold. Write less here.' } };
  const read = stepForms[step].read(ground, state);
  if ('errors' in read) return { errors: placed(Object.entries(read.errors), blocks) };
  return toldOf(blocks[0] ?? first, async () => {
    const saved = await deps.useCases.saveStep(draft, step, read.change, byOf(admin.person));
    if ('view' in saved) return done;
    const at = [...saved.problems].map(([path, text]) => [read.blockOf(path) ?? '', capital(text)] as const);
    return { errors: placed(at, blocks) };
  });
}

/** Slack takes errors at inputs that are there; all others stand at the first. */
const placed = (errors: readonly (readonly [string, string])[], blocks: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    errors.map(([block, text]) => [blocks.includes(block) ? block : (blocks[0] ?? block), text.slice(0, 1_000)]),
  );

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a person can mend is told in the form. */
async function toldOf(block: string, work: () => Promise<Told>): Promise<Told> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RollcallError && error.next !== 'crash')) throw error;
    return { errors: { [block]: `${ended(capital(error.message))} ${error.remedy}` } };
  }
}

/** Another kind was chosen: the form asks for what belongs to it. */
export async function redrawnStep(deps: SlackDeps, press: FormPress): Promise<Message | null> {
  const { draft = '', step = '' } = press.meta;
  const [admin, ground] = await Promise.all([adminOf(deps, press.user), stepGround(deps, draft)]);
  if (typeof admin === 'string' || ground === null || !isFormStep(step)) return null;
  const view = drawnStep(step, ground, namedState(ground, press.state));
  try {
    await deps.clients.interactive.views.update({
      view_id: press.view,
      view,
      ...(press.hash === '' ? {} : { hash: press.hash }),
    });
  } catch (error) {
    // Chosen twice, or closed meanwhile: what is there is newer.
    if (!['hash_conflict', 'not_found', 'view_not_found'].includes(slackErrorOf(error) ?? '')) throw error;
  }
  return null;
}
