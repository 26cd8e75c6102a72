import type { App } from '@slack/bolt';
import { listenToAccess } from './actions/access.ts';
import { listenToChoice } from './actions/choose.ts';
import { listenToConfiguration } from './actions/configure.ts';
import { listenToConnecting } from './actions/connect.ts';
import { listenToDecisions } from './actions/decide.ts';
import { listenToDigest } from './actions/digest.ts';
import { listenToExplainThis } from './actions/explain-this.ts';
import { listenToGovernance } from './actions/govern.ts';
import { listenToLookUps } from './actions/look-up.ts';
import { listenToNumbers } from './actions/numbers.ts';
import { listenToProposals } from './actions/proposals.ts';
import { listenToQuestions } from './actions/question.ts';
import { listenToShowing } from './actions/show.ts';
import { listenToSignOn } from './actions/sign-on.ts';
import { listenToCommands } from './command/listen.ts';
import type { SlackDeps } from './deps.ts';
import { listenToHome } from './events/home-opened.ts';
import { listenToJoining } from './events/team-joined.ts';

/** Registers every listener; starts nothing. */
export function registerSlack(app: App, deps: SlackDeps): void {
  listenToCommands(app, deps);
  listenToDecisions(app, deps);
  listenToChoice(app, deps);
  listenToConfiguration(app, deps);
  listenToConnecting(app, deps);
  listenToProposals(app, deps);
  listenToQuestions(app, deps);
  listenToShowing(app, deps);
  listenToGovernance(app, deps);
  listenToLookUps(app, deps);
  listenToDigest(app, deps);
  listenToAccess(app, deps);
  listenToSignOn(app, deps);
  listenToNumbers(app, deps);
  listenToExplainThis(app, deps);
  listenToHome(app, deps);
  listenToJoining(app, deps);
}
