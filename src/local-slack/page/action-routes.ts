import type { KnownBlock } from '@slack/types';
import express, { type Response, type Router } from 'express';
import * as z from 'zod';
import { findElement } from '../block-kit/form.ts';
import type { OpenView, Outcome, Press } from '../model.ts';
import { renderCompletions, renderSuggestions } from './completions.ts';
import { elementState, formState } from './element-state.ts';
import { explain } from './outcome-words.ts';
import type { PageWorkspace } from './stream.ts';
import { canSee, type Viewer, viewerOf } from './viewer.ts';

const id = z.string().min(1).max(255);
const raw = z.array(z.string().max(12_000)).max(1000);
const values = z.record(z.string(), z.record(z.string(), raw));
const container = z.union([z.object({ message: z.object({ channel: id, ts: id }) }), z.object({ view: id })]);
const element = { user: id, container, blockId: z.string().max(255), actionId: z.string().max(255) };

const bodies = {
  send: z.object({ user: id, channel: id, text: z.string().min(1).max(40_000), threadTs: id.optional() }),
  press: z.object({ ...element, raw, values }),
  suggest: z.object({ ...element, query: z.string().max(1000) }),
  complete: z.object({ user: id, typed: z.string().max(40_000) }),
  submit: z.object({ user: id, view: id, values }),
  close: z.object({ user: id, view: id }),
  shortcut: z.object({ user: id, callbackId: id, message: z.object({ channel: id, ts: id }).optional() }),
  home: z.object({ user: id }),
  direct: z.object({ user: id }),
  invite: z.object({ user: id, realName: z.string().max(80), email: z.string().max(254) }),
};

const failed = (error: string): Outcome => ({ ok: false, error });

/** The POST routes of the page: JSON in, checked, one action of the workspace each, `{ ok, error?, message? }` out. */
export function actionRoutes(workspace: PageWorkspace): Router {
  const { state, actions } = workspace;
  const routes = express.Router();

  const viewOf = (viewer: Viewer, view: string): OpenView | undefined =>
    [state.modal(viewer.user.id), state.home(viewer.user.id)].find((open) => open?.id === view);

  const blocksOf = (viewer: Viewer, at: Press['container']): readonly KnownBlock[] => {
    if ('view' in at) return (viewOf(viewer, at.view)?.view.blocks ?? []) as KnownBlock[];
    if (!sees(viewer, at.message.channel)) return [];
    const mine = state.messages(at.message.channel, viewer.user.id);
    const message = mine.find(
      ({ ts, ephemeralFor }) => ts === at.message.ts && (ephemeralFor ?? viewer.user.id) === viewer.user.id,
    );
    return message?.blocks ?? [];
  };

  const sees = (viewer: Viewer, channel: string) =>
    viewer.channels.some((one) => one.id === channel && canSee(one, viewer));

  /** Answers a POST of this name: checks the body, finds the person, puts the outcome into words. */
  function route<Name extends keyof typeof bodies>(
    name: Name,
    act: (body: z.output<(typeof bodies)[Name]>, viewer: Viewer) => Promise<Outcome | { ok: true; markup: string }>,
  ) {
    routes.post(`/${name}`, express.json({ limit: '1mb' }), async (request, response) => {
      const body = bodies[name].safeParse(request.body);
      if (!body.success) return refuse(response, `Not a ${name}: ${z.prettifyError(body.error)}`);
      const viewer = viewerOf(state, body.data.user, new Date());
      if (!viewer) return refuse(response, 'No such person in this workspace.');
      const outcome = await act(body.data as z.output<(typeof bodies)[Name]>, viewer);
      response.json(outcome.ok ? outcome : { ...outcome, message: explain(outcome.error, state.appName) });
    });
  }

  route('send', async ({ user, channel, text, threadTs }, viewer) => {
    if (!sees(viewer, channel)) return failed('channel_not_found');
    if (!text.startsWith('/')) return actions.say(user, channel, text, threadTs);
    return threadTs === undefined ? actions.command(user, channel, text) : failed('not_in_threads');
  });

  route('press', async ({ raw: chosen, values: form, ...press }, viewer) => {
    const { timeZone } = viewer.user;
    const blocks = blocksOf(viewer, press.container);
    const found = findElement(blocks, press.blockId, press.actionId);
    if (!found) return failed('element_not_found');
    const state = elementState(found.element.type, chosen, timeZone);
    return actions.press({ ...press, state, values: formState(blocks, form, timeZone) });
  });

  route('suggest', async ({ query, ...press }) => {
    const options = await actions.suggest(press, query);
    return { ok: true, markup: renderSuggestions(options).markup };
  });

  route('complete', async ({ typed }, viewer) => ({
    ok: true,
    markup: renderCompletions(state, viewer, typed).markup,
  }));

  route('submit', async ({ user, view, values: form }, viewer) => {
    const blocks = blocksOf(viewer, { view });
    return actions.submit(user, view, formState(blocks, form, viewer.user.timeZone));
  });

  route('close', ({ user, view }) => actions.close(user, view));
  route('shortcut', ({ user, callbackId, message }) => actions.shortcut(user, callbackId, message));
  route('home', ({ user }) => actions.openHome(user));
  route('invite', ({ user, realName, email }) => actions.invite(user, { realName, email }));
  route('direct', async ({ user }) => {
    await actions.openDirectMessage(user);
    return { ok: true };
  });

  return routes;
}

function refuse(response: Response, message: string): void {
  response.status(400).json({ ok: false, error: 'invalid_arguments', message });
}
