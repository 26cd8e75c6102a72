import type { App } from '@slack/bolt';
import type { SlackDeps } from '../deps.ts';
import { welcomeInSlack } from '../welcome.ts';

/**
 * Somebody joined the workspace. What is lost with a crash here comes a few hours later: whoever is not in Slack yet is looked for
 * again and again.
 */
export function listenToJoining(app: App, deps: SlackDeps): void {
  app.event('team_join', async ({ event }) => welcomeInSlack(deps, event.user));
}
