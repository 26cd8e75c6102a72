import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { configNote } from '../../../blocks/config-form.ts';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds, configSectionPattern } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { RollcallError } from '../../core/errors.ts';
import { callerOf } from '../caller.ts';
import { adminOf, type Known, refusalFor } from '../command/access.ts';
import { partList } from '../command/configuring.ts';
import { type FormPress, readForm, readPartPage, readPartPress } from '../config-payload.ts';
import type { SlackDeps } from '../deps.ts';
import { drawnFor } from '../drawn-for.ts';
import { effectOf, groundFor, openPart, type Submitted, submittedForm, wordsOf } from '../forms/edit.ts';
import type { FormMeta } from '../forms/form.ts';
import { formKinds } from '../forms/kinds.ts';
import { listenToNames } from '../forms/names.ts';
import { drawnForm, fits, titleOf, wholeState } from '../forms/view.ts';
import { describeError, slackErrorOf } from '../slack-error.ts';
import { answering, type Respond, tell } from '../tell.ts';
import { audienceOfAction } from './audience.ts';

/** The lists of the configuration and their forms: asked, shown what they would do, saved or proposed. */
export function listenToConfiguration(app: App, deps: SlackDeps): void {
  app.action(actionIds.configNew, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, body, respond, 'new');
  });
  app.action(actionIds.configEdit, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, body, respond, 'edit');
  });
  app.action(configSectionPattern, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, body, respond, 'edit');
  });
  app.action(actionIds.configRemove, async ({ ack, body, respond }) => {
    await ack();
    await pressed(deps, body, respond, 'remove');
  });
  app.action(actionIds.configNextPage, async ({ ack, body, respond }) => {
    await ack();
    await turnPage(deps, body, respond);
  });
  app.action(actionIds.configPreviousPage, async ({ ack, body, respond }) => {
    await ack();
    await turnPage(deps, body, respond);
  });
  app.action(actionIds.configAddRow, async ({ ack, body }) => {
    await ack();
    await addRow(deps, readForm(body));
  });
  app.view(callbackIds.configForm, async ({ ack, body }) => {
    await submit(deps, readForm(body), (answered) => ack(answered));
  });
  app.view(callbackIds.configSave, async ({ ack, body }) => {
    await submit(deps, readForm(body), (answered) => ack(answered));
  });
  listenToNames(app, deps);
}

async function pressed(deps: SlackDeps, body: unknown, respond: Respond, act: FormMeta['act']): Promise<void> {
  const { user, channel, trigger, ids } = readPartPress(body);
  await answering(deps, { user, channel, respond }, async () => {
    const admin = await adminOf(deps, user);
    return typeof admin === 'string' ? answer(admin) : openPart(deps, trigger, { ...ids, act });
  });
}

async function turnPage(deps: SlackDeps, body: unknown, respond: Respond): Promise<void> {
  const { user, channel, ids } = readPartPage(body);
  const { page, ...part } = ids;
  await answering(deps, { user, channel, respond }, async (): Promise<Message | null> => {
    const caller = await callerOf(deps, user, 'read');
    const refusal = caller.known ? refusalFor(audienceOfAction.configNextPage, caller) : caller.text;
    if (!caller.known || refusal !== null) return answer(refusal ?? '');
    await respond({ replace_original: true, ...drawnFor(caller.powers, await partList(deps, part, page)) });
    return null;
  });
}

async function addRow(deps: SlackDeps, { user, view, hash, meta, state }: FormPress): Promise<void> {
  await answering(deps, { user, channel: null }, async () => {
    const admin = await adminOf(deps, user);
    if (typeof admin === 'string') return answer(admin);
    const ground = await groundFor(deps, meta);
    if (ground === null) return answer(gone);
    const more = { ...meta, rows: Math.min(formKinds[meta.what].mostRows(meta), meta.rows + 1) };
    const drawn = drawnForm(ground, more, wholeState(ground, meta, state), null);
    // Where another row finds no room the form stays as it is.
    if (fits(drawn, state)) await showAs(deps, view, drawn, hash);
    return null;
  });
}

const gone = 'That is not there any more.';

type Ack = (answer: Answered) => Promise<void>;
type Answered =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ModalView };

/** Errors stand at their fields; else what it would do is worked out and shown, and what was shown is saved. */
async function submit(deps: SlackDeps, press: FormPress, ack: Ack): Promise<void> {
  const title = titleOf(press.meta);
  await answering(deps, { user: press.user, channel: null }, async () => {
    const admin = await adminOf(deps, press.user);
    const note = (text: string): Answered => ({ response_action: 'update', view: configNote(title, text) });
    if (typeof admin === 'string') return done(ack(note(admin)));
    const form = await submittedForm(deps, admin, press);
    if ('errors' in form) return done(ack({ response_action: 'errors', errors: form.errors }));
    if ('refused' in form) return done(ack(note(form.refused)));
    if (press.meta.shown !== form.tried.shown) {
      await ack(note('Working out what it would do …'));
      return showEffect(deps, press, form);
    }
    await ack(note('Saving …'));
    return save(deps, admin, press, form);
  });
}

const done = async (acknowledged: Promise<void>): Promise<null> => {
  await acknowledged;
  return null;
};

async function showEffect(deps: SlackDeps, { view, meta }: FormPress, form: Submitted): Promise<null> {
  const effect = await effectOf(deps, form);
  await showAs(deps, view, drawnForm(form.ground, meta, form.state, { view: effect, shown: form.tried.shown }));
  return null;
}

async function save(deps: SlackDeps, admin: Known, press: FormPress, form: Submitted): Promise<Message | null> {
  const { text, lines } = await saved(deps, admin, form);
  if (await showAs(deps, press.view, configNote(titleOf(press.meta), text, lines))) return null;
  // The form was closed meanwhile, or a crash came between: then it is said where it can be.
  await tell(deps, { user: press.user, channel: null }, answer(text));
  return null;
}

async function saved(
  deps: SlackDeps,
  { person }: Known,
  form: Submitted,
): Promise<{ text: string; lines: readonly string[] }> {
  try {
    const outcome = await deps.useCases.changeConfig(form.edit, wordsOf(person), form.tried.shown);
    return { text: outcome.text, lines: form.tried.lines };
  } catch (error) {
    if (!(error instanceof RollcallError && error.next === 'show')) throw error;
    return { text: `Nothing was changed: ${error.message}. ${error.remedy}`, lines: [] };
  }
}

/** Puts a view in the place of another; false: it is not there any more. */
async function showAs(deps: SlackDeps, view_id: string, view: ModalView, hash = ''): Promise<boolean> {
  try {
    await deps.clients.interactive.views.update({ view_id, view, ...(hash === '' ? {} : { hash }) });
    return true;
  } catch (error) {
    // Pressed twice: the row has been added already.
    if (slackErrorOf(error) !== 'hash_conflict') deps.log.info(describeError(error), 'a form could not be drawn anew');
    return false;
  }
}
