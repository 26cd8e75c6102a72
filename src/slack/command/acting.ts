import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { syncReport } from '../../../blocks/sync-report.ts';
import { decideAs } from '../decide.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { subjectOf } from './subject.ts';
import type { Input } from './verbs.ts';

/** A typed decision: the same as the button's, for whatever edition is the newest. */
export async function decideTyped(
  deps: SlackDeps,
  caller: Known,
  decision: 'approve' | 'reject',
  { id, reason }: { id: string; reason?: string | undefined },
): Promise<Message> {
  const input = { approval: id, edition: null, decision, reason: reason ?? null, actor: caller.person };
  return answer((await decideAs(deps, input)).text);
}

export async function runSync(deps: SlackDeps, caller: Known, { directory }: Input<'sync'>): Promise<Message> {
  return syncReport(await deps.useCases.sync(directory ?? null, actorOf(caller.person)));
}

export async function runReprovision(deps: SlackDeps, caller: Known, input: Input<'reprovision'>): Promise<Message> {
  const subject = await subjectOf(deps, caller.person, input);
  if (subject.kind === 'unclear') return subject.message;
  if (subject.kind !== 'person') return answer('Say which person to provision again; an app may follow the name.');
  const app = subject.app?.app ?? null;
  return answer((await deps.useCases.reprovision(subject.person.id, app, actorOf(caller.person))).text);
}
