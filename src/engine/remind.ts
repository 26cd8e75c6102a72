import { remind } from '../core/approval.ts';
import { system } from '../core/event.ts';
import type { Approval } from '../core/model.ts';
import type { Deps } from './ports.ts';

const hour = 3_600_000;
const page = 500;

/** Everybody who may decide something urgent is told of it once an hour until somebody has. */
export async function remindOpen(deps: Pick<Deps, 'store' | 'clock' | 'bell'>): Promise<void> {
  const now = deps.clock.now();
  const { approvals, outbox } = deps.store;
  const due = (await approvals.open(page)).filter(
    ({ urgent, remindedAt, createdAt }) => urgent && (remindedAt ?? createdAt) + hour <= now,
  );
  for (const approval of due) {
    const after = remind(approval, system('reminder'), now);
    if (!(await approvals.swap([{ before: approval, after }])).has(after.id)) continue;
    for (const to of approval.circle) {
      const id = `urgent:${after.id}:${after.version}:${to}`;
      await outbox.want({ id, kind: 'notice', subject: approval.id, to, body: body(approval) }, now);
    }
  }
  if (due.length > 0) for (const waiting of ['outbox', 'publisher'] as const) deps.bell.ring(waiting);
}

const body = ({ id, operations, people, reason }: Approval): string =>
  [
    `Still waiting for an admin: ${operations} ${operations === 1 ? 'change' : 'changes'} for ${people === 1 ? 'one person' : `${people} people`} who leave.`,
    ...(reason === null ? [] : [`${reason}.`]),
    `Decide on its card, or type \`/provision approve ${id}\` or \`/provision reject ${id} [reason]\`. \`/provision disable @person\` goes at once.`,
  ].join('\n');
