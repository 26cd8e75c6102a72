import type { App } from '@slack/bolt';
import type { z } from 'zod';
import { answer } from '../../../blocks/help.ts';
import { commandName } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { Audience } from '../../core/audience.ts';
import type { Attempt } from '../../engine/approve/approving.ts';
import { arrived } from '../arrival.ts';
import { callerOf } from '../caller.ts';
import type { SlackDeps } from '../deps.ts';
import { drawnFor } from '../drawn-for.ts';
import { CommandPayload } from '../payload.ts';
import { whyNotHere } from '../request.ts';
import { answering } from '../tell.ts';
import { type Known, refusalFor } from './access.ts';
import { decideTyped, decisionOf, runReprovision, runSync } from './acting.ts';
import { runClosed } from './closing.ts';
import { runConfigure, runDirectory, runMapping, runParameter, runRule, runSettings } from './configuring.ts';
import { runConnect, runRenew } from './connecting.ts';
import { runAsk, runDelegate } from './delegating.ts';
import { showDigest } from './digesting.ts';
import { showFindings } from './examining.ts';
import { showApp, showExplanation, showPerson } from './explaining.ts';
import { showReport, showWhoHad } from './looking-back.ts';
import { type Parsed, parse } from './parse.ts';
import { sendPasswordLink } from './password.ts';
import { runWithdraw, showProposals } from './proposing.ts';
import { showHelp, showHistory, showPending, showPlan, showSelf, showStatus } from './reading.ts';
import { runDisassociate, runKeep, runRematch, runRetry } from './repairing.ts';
import { runRequest } from './requesting.ts';
import { runRole } from './role.ts';
import { refuseSignOn, runSignOn } from './sign-on.ts';
import { type Say, sayingWhenSlow } from './slow.ts';
import { runDisable, runPause, runRelease, runResume } from './stopping.ts';
import { runDiscover, runRefresh, runTriage } from './surveying.ts';
import { runSame, showTwins } from './twins.ts';
import { runUndo } from './undoing.ts';
import type { Verb } from './verb.ts';
import { type Input, type VerbName, verbs } from './verbs.ts';

type Answers = {
  [V in VerbName]: (
    deps: SlackDeps,
    caller: Known,
    input: Input<V>,
    say: Say,
    /** Opens a modal, once and within three seconds; then there is no answer. */
    trigger: string,
  ) => Promise<Message | null>;
};

const answers: Answers = {
  help: (_deps, _caller, input) => showHelp(input),
  status: showStatus,
  person: showPerson,
  app: showApp,
  explain: showExplanation,
  history: showHistory,
  'who-had': showWhoHad,
  report: showReport,
  pending: showPending,
  digest: showDigest,
  plan: showPlan,
  approve: (deps, caller, input) => decideTyped(deps, caller, 'approve', input),
  reject: (deps, caller, input) => decideTyped(deps, caller, 'reject', input),
  done: (deps, caller, input) => decideTyped(deps, caller, 'done', input),
  cannot: (deps, caller, input) => decideTyped(deps, caller, 'cannot', input),
  ask: runAsk,
  delegate: runDelegate,
  undo: runUndo,
  disable: runDisable,
  release: runRelease,
  pause: runPause,
  resume: runResume,
  retry: runRetry,
  keep: runKeep,
  closed: runClosed,
  rematch: runRematch,
  disassociate: runDisassociate,
  reprovision: runReprovision,
  connect: runConnect,
  renew: runRenew,
  refresh: runRefresh,
  discover: runDiscover,
  triage: runTriage,
  twins: showTwins,
  same: runSame,
  role: runRole,
  mapping: runMapping,
  rule: runRule,
  parameter: runParameter,
  configure: runConfigure,
  directory: runDirectory,
  settings: runSettings,
  proposals: showProposals,
  withdraw: runWithdraw,
  sync: runSync,
  doctor: showFindings,
  request: runRequest,
  password: sendPasswordLink,
  'sign-on': runSignOn,
  whoami: showSelf,
};

function run<V extends VerbName>(
  deps: SlackDeps,
  caller: Known,
  { verb, input }: Parsed<V>,
  say: Say,
  trigger: string,
): Promise<Message | null> | Message {
  const refusal = refusalFor(audienceOf({ verb, input }), caller);
  if (refusal !== null) return answer(refusal);
  return (answers[verb] as Answers[V])(deps, caller, input as Input<V>, say, trigger);
}

/** Who may type this line: a verb of admins that only looks is for auditors as well. */
export function audienceOf<V extends VerbName>({ verb, input }: Pick<Parsed<V>, 'verb' | 'input'>): Audience {
  const { audience, looks } = verbs[verb] as Verb<z.ZodObject>;
  return looks?.(input) ? 'auditors' : audience;
}

/** Verbs that decide or change something, or let somebody in: who asks is read from Slack this moment. */
const isActing = (verb: VerbName): boolean =>
  verb === 'sign-on' || ['admins', 'approvers'].includes(verbs[verb].audience);

/** Verbs that are not taken where outsiders are: what is said about requests, and who decides them. */
const isDeciding = (verb: VerbName): boolean => verbs[verb].audience === 'approvers';

/** What to answer to a command. Help and usage need no identity; everything else does. */
export async function answerCommand(deps: SlackDeps, payload: CommandPayload, say: Say): Promise<Message | null> {
  const { text, user_id, channel_id, trigger_id } = payload;
  const parsed = parse(text);
  if (!parsed.ok) return answer(parsed.text, parsed.usage);
  if (parsed.verb === 'help') return showHelp(parsed.input);
  const notHere = isDeciding(parsed.verb) ? await whyNotHere(deps, { kind: 'list', channel: channel_id }) : null;
  const caller = await callerOf(deps, user_id, isActing(parsed.verb) ? 'decide' : 'read');
  if (caller.known && notHere === null) {
    const answered = await run(deps, caller, parsed, say, trigger_id);
    return answered === null ? null : drawnFor(caller.powers, answered);
  }
  await noteRefused(deps, user_id, parsed, caller.known ? 'elsewhere' : caller.reason);
  if (!caller.known && caller.gone !== undefined && parsed.verb === 'sign-on')
    return refuseSignOn(deps, caller.gone, parsed.input as Input<'sign-on'>, caller.text);
  return answer(caller.known ? (notHere ?? '') : caller.text);
}

/** A typed decision that nobody may make here is written down like a press. */
async function noteRefused(deps: SlackDeps, user: string, parsed: Parsed, why: Attempt['why']): Promise<void> {
  const { verb, input } = parsed;
  if (verb !== 'approve' && verb !== 'reject' && verb !== 'done' && verb !== 'cannot') return;
  await deps.useCases.refuseAttempt({ approval: input.id, user, decision: decisionOf(verb), why });
}

export function listenToCommands(app: App, deps: SlackDeps): void {
  app.command(commandName, async ({ ack, body, respond, context }) => {
    await ack();
    const here = arrived(deps, context);
    const payload = CommandPayload.parse(body);
    const to = { user: payload.user_id, channel: payload.channel_id, respond };
    await answering(here, to, () => sayingWhenSlow(here, respond, (say) => answerCommand(here, payload, say)));
  });
}
