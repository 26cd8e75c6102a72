import type { App } from '@slack/bolt';
import type { SlackDeps } from '../deps.ts';
import { publishHome } from '../home.ts';

/** App Home is drawn each time somebody opens it. */
export function listenToHome(app: App, deps: SlackDeps): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await publishHome(deps, event.user);
  });
}
