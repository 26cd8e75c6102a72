import { remind, widen } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { ableAmong, spoken, stepWords } from '../../core/approval-step.ts';
import { system } from '../../core/event.ts';
import type { Time } from '../../core/model.ts';
import { momentWord } from '../../core/quarantine.ts';
import { type DueReminder, dueReminder } from '../../core/reminder.ts';
import type { Reminders } from '../../core/settings-schema.ts';
import { milliseconds } from '../../core/time-schema.ts';
import { aboutText, waysToDecide } from './asked-about.ts';
import { ableAdmins, namesOf, type StandingDeps, tellAsked, workingAmong } from './standing.ts';

const hour = 3_600_000;
const reminder = system('reminder');

/**
 * Everybody who may decide something urgent is told of it once an hour until somebody has; of anything else once at half its time,
 * and again and again where it never lapses. Before it lapses its fallback is asked as well, or the admins.
 */
export async function remindOpen(deps: StandingDeps, open: readonly Approval[], reminders: Reminders): Promise<void> {
  const now = deps.clock.now();
  for (const approval of open.filter(({ state }) => state === 'open')) {
    if (approval.urgent) await remindUrgent(deps, approval, now);
    else await remindUsual(deps, approval, reminders, now);
  }
}

async function remindUrgent(deps: StandingDeps, approval: Approval, now: Time): Promise<void> {
  const { approvals } = deps.store;
  if ((approval.remindedAt ?? approval.createdAt) + hour > now) return;
  const after = remind(approval, reminder, now);
  if (!(await approvals.swap([{ before: approval, after }])).has(after.id)) return;
  await send(deps, approval, approval.circle, `urgent:${after.id}:${after.version}`, urgentBody(approval));
}

const urgentBody = (approval: Approval): string => {
  const { operations, people, reason } = approval;
  return [
    `Still waiting for an admin: ${operations} ${operations === 1 ? 'change' : 'changes'} for ${people === 1 ? 'one person' : `${people} people`} who leave.`,
    ...(reason === null ? [] : [`${reason}.`]),
    `${waysToDecide(approval)} \`/provision disable @person\` goes at once.`,
  ].join('\n');
};

async function remindUsual(deps: StandingDeps, approval: Approval, reminders: Reminders, now: Time): Promise<void> {
  const { remind: half, escalate, repeat } = reminders;
  const due = dueReminder(approval, { remind: half, escalate, repeat: milliseconds(repeat) }, now);
  if (due === null) return;
  const after = due.what === 'escalate' ? await escalated(deps, approval, now) : remind(approval, reminder, now);
  // Told first: a crash in between tells it again under the same id, which shows once.
  if (due.what === 'remind') await tellAgain(deps, approval, due);
  if (!(await deps.store.approvals.swap([{ before: approval, after }])).has(after.id)) return;
  if (due.what === 'escalate') await tellAsked(deps, after, added(approval, after));
  deps.bell.ring('publisher');
}

const added = (before: Approval, after: Approval): string[] => after.circle.filter((id) => !before.circle.includes(id));

/** Those who work here, may decide it, and have not spoken; and whoever may in their place. */
async function tellAgain(deps: StandingDeps, approval: Approval, due: DueReminder): Promise<void> {
  const working = new Set((await workingAmong(deps, approval.circle)).map(({ id }) => id));
  const silent = ableAmong(approval, approval.circle, working);
  const delegates = (await deps.store.delegations.open())
    .filter(
      ({ id, until, delegate }) => silent.includes(id) && until > deps.clock.now() && !spoken(approval).has(delegate),
    )
    .map(({ delegate }) => delegate);
  const { expiresAt } = approval;
  const end = expiresAt === null ? 'It does not lapse' : `It lapses at ${momentWord(expiresAt)}`;
  const what = approval.task ? 'Still to be done by hand' : 'Still waiting for your decision';
  const body = `${what}: ${await aboutText(deps, approval)}. ${end}.\n${waysToDecide(approval)}`;
  await send(
    deps,
    approval,
    [...new Set([...silent, ...delegates])],
    `remind:${approval.id}:${approval.step}:${due.round}`,
    body,
  );
}

async function escalated(deps: StandingDeps, approval: Approval, now: Time): Promise<Approval> {
  const { circle, steps, step } = approval;
  const fallback = steps[step]?.fallback ?? [];
  const working = new Set((await workingAmong(deps, fallback)).map(({ id }) => id));
  const own = ableAmong(approval, fallback, working).filter((id) => !circle.includes(id));
  const others = own.length > 0 ? own : await ableAdmins(deps, approval, circle);
  const unanswered = `nobody has answered in ${stepWords(approval, step)}`;
  const message =
    others.length === 0
      ? `${unanswered}, and there is nobody else to ask`
      : `${unanswered}: ${await namesOf(deps, others)} may decide as well`;
  return widen(approval, others, { type: 'approval.escalated', message }, reminder, now);
}

async function send(
  deps: StandingDeps,
  { id: subject }: Approval,
  people: readonly string[],
  id: string,
  body: string,
) {
  const now = deps.clock.now();
  for (const to of people) await deps.store.outbox.want({ id: `${id}:${to}`, kind: 'notice', subject, to, body }, now);
  for (const waiting of ['outbox', 'publisher'] as const) deps.bell.ring(waiting);
}
