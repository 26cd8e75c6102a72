import type { Request, Response } from 'express';
import * as z from 'zod';
import type { Actions, WorkspaceState } from '../model.ts';
import type { Html } from './html.ts';
import { type Place, renderNotices, renderPane, renderSidebar } from './render-shell.ts';
import { renderModal } from './render-view.ts';
import { canSee, directMessage, firstPlace, type Viewer, viewerOf } from './viewer.ts';

/** The workspace as the page takes it. */
export type PageWorkspace = {
  state: WorkspaceState;
  actions: Actions;
  changes(listener: (what: { channel?: string; user?: string }) => void): () => void;
};

const query = z.object({
  user: z.string(),
  place: z.string(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});

function markRead(viewer: Viewer, place: Place, { state, actions }: PageWorkspace) {
  const channel = place === 'app' ? directMessage(viewer) : viewer.channels.find(({ id }) => id === place);
  if (!channel || !canSee(channel, viewer) || state.unread(channel.id, viewer.user.id) === 0) return;
  actions.read(viewer.user.id, channel.id);
}

/** Redraws of one change come in bursts; one picture per this many milliseconds is enough for an eye. */
const pause = 25;

/**
 * The page's stream of server-sent events: all regions at once, then each region whenever its HTML differs from what was sent last.
 * A conversation that is being looked at counts as read. Ends with the connection.
 */
export function openStream(
  request: Request,
  response: Response,
  workspace: PageWorkspace,
  notices: () => readonly string[],
): void {
  const asked = query.safeParse(request.query);
  const { state } = workspace;
  if (!asked.success || !viewerOf(state, asked.data.user, new Date())) {
    response.status(404).type('text').send('No such person in this workspace.\n');
    return;
  }
  const { user, limit } = asked.data;
  const sent = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  const send = (region: string, { markup }: Html) => {
    if (sent.get(region) === markup) return;
    sent.set(region, markup);
    response.write(`event: draw\ndata: ${JSON.stringify({ region, markup })}\n\n`);
  };
  const draw = () => {
    timer = undefined;
    try {
      const viewer = viewerOf(state, user, new Date());
      if (!viewer) return;
      const place = asked.data.place || firstPlace(viewer);
      markRead(viewer, place, workspace);
      send('notices', renderNotices(notices()));
      send('sidebar', renderSidebar(state, viewer, place));
      send('main', renderPane(state, viewer, place, limit));
      send('modal', renderModal(state.modal(user), viewer));
    } catch (error) {
      // Runs on a timer, where a throw would end the process: a page that cannot be drawn says so and waits for the next change.
      send('notices', renderNotices([...notices(), `This page could not be drawn: ${error}`]));
    }
  };
  const later = () => {
    timer ??= setTimeout(draw, pause);
  };

  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 1000\n\n');
  draw();
  const stop = workspace.changes((what) => {
    if (what.user === undefined || what.user === user) later();
  });
  response.on('close', () => {
    stop();
    clearTimeout(timer);
  });
}
