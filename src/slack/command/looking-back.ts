import { graceReport } from '../../../blocks/grace-report.ts';
import { answer } from '../../../blocks/help.ts';
import { holdings } from '../../../blocks/holdings.ts';
import type { Message } from '../../../blocks/kit.ts';
import { leaverReport } from '../../../blocks/leaver-report.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { day, momentOf } from './day.ts';
import { appOf, personOf } from './subject.ts';
import type { Input } from './verbs.ts';

/** What somebody who leaves had, and what a human must still close; without a name, what the grace ladder deletes next. */
export async function showReport(deps: SlackDeps, caller: Known, input: Input<'report'>): Promise<Message> {
  if (input.who === undefined) return graceReport(await deps.useCases.graceDue(), caller.powers.admin);
  const found = await personOf(deps, caller.person, input);
  if ('message' in found) return found.message;
  return reportOn(deps, caller, found.person.id);
}

/** The report as it stands for this reader. `said`: what came of the button that was pressed in it. */
export async function reportOn(
  deps: SlackDeps,
  { powers: { admin }, person }: Known,
  id: string,
  said: string | null = null,
): Promise<Message> {
  const [leaver, due] = await Promise.all([
    deps.useCases.leaver(id),
    admin ? deps.useCases.graceDue({ person: id }) : [],
  ]);
  return leaverReport(leaver, { person: person.id, admin, deletes: due.map(({ app }) => app) }, said);
}

/** Who had an account: now, or at the end of a day. */
export async function showWhoHad(deps: SlackDeps, _caller: Known, input: Input<'who-had'>): Promise<Message> {
  const found = await appOf(deps, input.who);
  if ('message' in found) return found.message;
  const now = deps.clock.now();
  const wanted = input.on === undefined ? now : await momentOf(deps, input.on);
  if (wanted - day > now) return answer('That day is still to come.');
  const at = Math.min(wanted, now);
  return holdings(found.app, at, await deps.useCases.whoHad(found.app.app, at));
}
