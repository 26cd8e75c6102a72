import type { EffectView } from '../../../blocks/config-view.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { Problem } from '../../core/config-check.ts';
import { RollcallError } from '../../core/errors.ts';
import { isPassword } from '../../core/password-parameter.ts';
import { ended } from '../../core/text.ts';
import type { Edit, Holder, Tried } from '../../engine/configure/configuring.ts';
import { openModal } from '../actions/modal.ts';
import type { Known } from '../command/access.ts';
import { actorOf } from '../command/actor.ts';
import { openStart } from '../command/connecting.ts';
import type { FormPress } from '../config-payload.ts';
import { stepGround } from '../connect/step.ts';
import type { SlackDeps } from '../deps.ts';
import {
  type Draft,
  type FormMeta,
  type Ground,
  type PartIds,
  type SignOnAddresses,
  type State,
  sentenceOf,
} from './form.ts';
import { formKinds } from './kinds.ts';
import { drawnForm, fits, openedForm, wholeState } from './view.ts';

export { actorOf as wordsOf };

/** The present configuration, and the attributes of the app the form is about; null: one of them is not there. */
export async function groundFor(deps: SlackDeps, { what, app, name, draft }: PartIds): Promise<Ground | null> {
  if (draft !== undefined) return stepGround(deps, draft);
  const stored = await deps.useCases.configuration();
  if (stored === null) return null;
  if (app === undefined) return { config: stored.config, attributes: [] };
  const known = stored.config.apps.some(({ name }) => name === app);
  if (!known) return null;
  const target = deps.useCases.targetOf(app);
  const addresses = what === 'app' && name === 'sign-on' ? await signOnAddresses(deps) : null;
  return { config: stored.config, attributes: target.attributes, target, addresses };
}

/** Null: Rollcall has no address that apps and browsers reach. */
export async function signOnAddresses({ useCases }: SlackDeps): Promise<SignOnAddresses | null> {
  try {
    return await useCases.signOnAddresses();
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'no-address') return null;
    throw error;
  }
}

type Opening = PartIds & { act: FormMeta['act'] };

/** Opens the form; answers what to type instead where Slack does not. */
export async function openPart(deps: SlackDeps, trigger: string, asked: Opening): Promise<Message | null> {
  // A directory begins with where it is reached.
  if (asked.what === 'directory' && asked.act === 'new') return openStart(deps, trigger, 'directory');
  const ground = await groundFor(deps, asked);
  const opening = ground === null ? asked : whereItIsAsked(ground, asked);
  const form = ground === null ? null : openedForm(ground, opening);
  if (ground === null || form === null) return answer('That is not there any more.');
  return openModal(deps, trigger, drawnForm(ground, form.meta, form.state, null), typedFor(opening));
}

/** The Password parameter is asked for in a section of its own. */
function whereItIsAsked({ config }: Ground, asked: Opening): Opening {
  const { what, app, name, act } = asked;
  const parameters = config.apps.find((one) => one.name === app)?.parameters ?? [];
  const found = what === 'parameter' && act === 'edit' ? parameters[Number(name)] : undefined;
  return found !== undefined && isPassword(found) ? { ...asked, what: 'app', name: 'password' } : asked;
}

function typedFor({ what, app, name, act }: Opening): string {
  const words = [what === 'app' ? 'configure' : what, app, act === 'new' ? 'new' : name, act === 'new' ? '' : act];
  return `/provision ${words.filter((word) => word !== undefined && word !== '').join(' ')}`;
}

/** A form understood: the edit, and what it would change. */
export type Submitted = { ground: Ground; state: State; edit: Edit; holder: Holder | null; tried: Tried };
export type Refused = { errors: Record<string, string> } | { refused: string };

/** Reads a submitted form and tries its edit, changing nothing; what is wrong is told at its field. */
export async function submittedForm(deps: SlackDeps, admin: Known, press: FormPress): Promise<Submitted | Refused> {
  const { meta } = press;
  const ground = await groundFor(deps, meta);
  if (ground === null) return { refused: 'That is not there any more.' };
  const kind = formKinds[meta.what];
  const state = wholeState(ground, meta, press.state);
  const form = drawnForm(ground, meta, state, null);
  const blocks = form.blocks.flatMap(({ type, block_id }) =>
    type === 'input' && block_id !== undefined ? [block_id] : [],
  );
  if (!fits(form, press.state)) return told({ '': tooMuch }, blocks);
  const draft = meta.act === 'remove' ? removalOf(meta) : kind.draft(ground, meta, state);
  if ('errors' in draft) return told(draft.errors, blocks);
  try {
    const tried = await deps.useCases.tryEdit(draft.edit, actorOf(admin.person));
    if ('problems' in tried) return told(problemsAt(draft, ground, tried.problems), blocks);
    if (tried.lines.length === 0) return told({ '': 'Nothing changes.' }, blocks);
    return { ground, state, edit: draft.edit, holder: draft.holder, tried };
  } catch (error) {
    if (!(error instanceof RollcallError && error.next === 'show')) throw error;
    return told({ [fieldOf[error.code] ?? '']: `${ended(capital(error.message))} ${error.remedy}` }, blocks);
  }
}

const tooMuch = 'That is more than one form can hold. Write less here, or use the file: rollcall config export FILE.';

const removalOf = (meta: FormMeta): Draft => ({
  ...{ holder: null, place: () => '', blockOf: () => null, edit: formKinds[meta.what].removal(meta) },
});

/** Which field an error of an edit is about. */
const fieldOf: Readonly<Record<string, string>> = {
  'name-taken': 'name',
  'gives-nothing': 'roles',
  'last-admin': 'admins',
};

/** What is wrong with the entry stands at its field; what is wrong elsewhere because of it, with its path. */
function problemsAt(draft: Draft, { config }: Ground, problems: readonly Problem[]): Record<string, string> {
  const place = draft.place(draft.edit(config));
  const errors: Record<string, string> = {};
  for (const problem of problems) {
    const own =
      place !== '' &&
      (problem.path === place || /^[.[]/.test(problem.path.slice(place.length))) &&
      problem.path.startsWith(place);
    const block = own ? draft.blockOf(problem.path.slice(place.length).replace(/^\./, '')) : null;
    errors[block ?? ''] ??= own ? sentenceOf(problem) : `${problem.path}: ${sentenceOf(problem)}`;
  }
  return errors;
}

/** Slack takes errors at inputs that are there; all others stand at the first. Without any input they are a sentence. */
function told(errors: Readonly<Record<string, string>>, blocks: readonly string[]): Refused {
  const [first] = blocks;
  if (first === undefined) return { refused: Object.values(errors).join(' ') };
  const at = Object.entries(errors).map(([block, text]) => [blocks.includes(block) ? block : first, text] as const);
  return { errors: Object.fromEntries(at.map(([block, text]) => [block, text.slice(0, 1_000)])) };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Operations told of an effect. */
const sampled = 5;

/** What the edit would come to, before it is saved: whom it is about, and what would happen to accounts. */
export async function effectOf(deps: SlackDeps, { tried, holder }: Submitted): Promise<EffectView> {
  const { lines, power, deciders, next } = tried;
  const hits = holder === null ? null : await deps.useCases.hits(next, holder);
  const plan = await deps.useCases.configEffect(next, sampled).catch((error: unknown) => {
    if (error instanceof RollcallError) return ended(error.message);
    throw error;
  });
  return { lines, power, deciders, hits, plan };
}
