import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { commandName } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { callerOf } from '../caller.ts';
import type { SlackDeps } from '../deps.ts';
import { CommandPayload } from '../payload.ts';
import { answering, type Respond } from '../tell.ts';
import type { Known } from './access.ts';
import { decideTyped, runReprovision, runSync } from './acting.ts';
import { type Parsed, parse } from './parse.ts';
import { showHelp, showHistory, showPending, showPlan, showSelf, showStatus } from './reading.ts';
import type { Input, VerbName } from './verbs.ts';

type Answers = { [V in VerbName]: (deps: SlackDeps, caller: Known, input: Input<V>) => Promise<Message> };

const answers: Answers = {
  help: (_deps, _caller, input) => showHelp(input),
  status: showStatus,
  history: showHistory,
  pending: showPending,
  plan: showPlan,
  approve: (deps, caller, input) => decideTyped(deps, caller, 'approve', input),
  reject: (deps, caller, input) => decideTyped(deps, caller, 'reject', input),
  sync: runSync,
  reprovision: runReprovision,
  whoami: (_deps, caller) => showSelf(caller),
};

const run = <V extends VerbName>(deps: SlackDeps, caller: Known, { verb, input }: Parsed<V>): Promise<Message> =>
  (answers[verb] as Answers[V])(deps, caller, input as Input<V>);

/** Verbs that change something: who asks is read from Slack this moment. */
const acting: ReadonlySet<VerbName> = new Set(['approve', 'reject', 'sync', 'reprovision']);

/** What to answer to a command. Help and usage need no identity; everything else does. */
export async function answerCommand(deps: SlackDeps, { text, user_id }: CommandPayload): Promise<Message> {
  const parsed = parse(text);
  if (!parsed.ok) return answer(parsed.text, parsed.usage);
  if (parsed.verb === 'help') return showHelp(parsed.input);
  const caller = await callerOf(deps, user_id, acting.has(parsed.verb) ? 'decide' : 'read');
  return caller.known ? run(deps, caller, parsed) : answer(caller.text);
}

/** After this long the person is told that it goes on, milliseconds. */
const sayAfter = 2_500;

export function listenToCommands(app: App, deps: SlackDeps): void {
  app.command(commandName, async ({ ack, body, respond }) => {
    await ack();
    const payload = CommandPayload.parse(body);
    const to = { user: payload.user_id, channel: payload.channel_id, respond };
    await answering(deps, to, () => sayingWhenSlow(deps, respond, () => answerCommand(deps, payload)));
  });
}

async function sayingWhenSlow(deps: SlackDeps, respond: Respond, work: () => Promise<Message>): Promise<Message> {
  const done = new AbortController();
  const slow = deps.clock.sleep(sayAfter, done.signal).then(
    () =>
      done.signal.aborted
        ? undefined
        : respond({ response_type: 'ephemeral', ...answer('Still at it: the answer follows.') }),
    () => undefined,
  );
  try {
    return await work();
  } finally {
    done.abort();
    await slow.catch(() => undefined);
  }
}
