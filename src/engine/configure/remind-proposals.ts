import type { Config } from '../../core/config.ts';
import { system } from '../../core/event.ts';
import type { Person, Time } from '../../core/model.ts';
import { linesOf, linesText, type Proposal, reminded, shownTo } from '../../core/proposal.ts';
import { dueRound } from '../../core/reminder.ts';
import type { Reminders } from '../../core/settings-schema.ts';
import { milliseconds } from '../../core/time-schema.ts';
import { swapOne } from '../gather.ts';
import type { Deps } from '../ports.ts';
import { type AdminDeps, activeAdmins } from './admins.ts';
import { showProposal } from './propose.ts';

export type RemindDeps = AdminDeps & Pick<Deps, 'store' | 'clock' | 'bell'>;

const reminder = system('reminder');

/**
 * What time does to proposed changes of the configuration, which never lapse: the admins who may agree are told again at the share
 * of `approvalExpiry` that requests are reminded at, and then every `repeat`. Whoever became an admin meanwhile is asked as well.
 * Where nobody is left who may agree, who proposed it is told instead. Level-triggered: doing it again tells nobody twice.
 */
export async function remindProposals(deps: RemindDeps): Promise<void> {
  const waiting = (await deps.store.proposals.open(1_000)).filter(({ agreed }) => agreed === null);
  const stored = waiting.length === 0 ? null : await deps.store.config.read();
  if (stored === null) return;
  const admins = await activeAdmins(deps, stored.config);
  for (const proposal of waiting) {
    const deciders = admins.filter(({ id }) => proposal.by.kind !== 'person' || proposal.by.person !== id);
    const shown = await showNewcomers(deps, proposal, deciders);
    await remindOne(deps, shown, deciders, stored.config);
  }
}

/** The proposal as it stands then; the card itself tells those who have none yet. */
async function showNewcomers(deps: RemindDeps, proposal: Proposal, deciders: readonly Person[]): Promise<Proposal> {
  const added = deciders.map(({ id }) => id).filter((id) => !proposal.shown.includes(id));
  if (added.length === 0) return proposal;
  const after = shownTo(proposal, added, reminder, deps.clock.now());
  if (!(await swapOne(deps.store.proposals, proposal, after))) return proposal;
  await showProposal(deps, after);
  deps.bell.ring('publisher');
  return after;
}

async function remindOne(
  deps: RemindDeps,
  proposal: Proposal,
  deciders: readonly Person[],
  { settings }: Config,
): Promise<void> {
  const now = deps.clock.now();
  const round = roundOf(proposal, settings.reminders, milliseconds(settings.approvalExpiry), now);
  if (round === null) return;
  const body = deciders.length === 0 ? lonelyText(proposal) : waitingText(proposal);
  const to = deciders.length === 0 ? proposerOf(proposal) : deciders.map(({ id }) => id);
  // Told first: a crash in between tells it again under the same id, which shows once.
  for (const person of to) {
    const item = { id: `remind:${proposal.id}:${round}:${person}`, kind: 'notice' as const, subject: proposal.id };
    await deps.store.outbox.want({ ...item, to: person, body }, now);
  }
  if (!(await swapOne(deps.store.proposals, proposal, reminded(proposal, reminder, now)))) return;
  for (const what of ['outbox', 'publisher'] as const) deps.bell.ring(what);
}

function roundOf({ at, remindedAt }: Proposal, { remind, repeat }: Reminders, patience: number, now: Time) {
  if (remind === false) return null;
  return dueRound(at + Math.floor((patience * remind) / 100), milliseconds(repeat), remindedAt, now);
}

const proposerOf = ({ by }: Proposal): string[] => (by.kind === 'person' ? [by.person] : []);

const changesText = (proposal: Proposal): string => linesText(linesOf(proposal));

const waitingText = (proposal: Proposal): string =>
  [
    `Still waiting for another admin: ${proposal.by.name} proposes a change of the configuration: ${changesText(proposal)}.`,
    `Decide on its card, or type \`/provision approve ${proposal.id}\` or \`/provision reject ${proposal.id} [reason]\`; \`/provision proposals ${proposal.id}\` shows it whole.`,
  ].join('\n');

const lonelyText = (proposal: Proposal): string =>
  [
    `Nobody is left who may agree to the change of the configuration that you proposed: ${changesText(proposal)}.`,
    `Take it back with \`/provision withdraw ${proposal.id}\` and make it anew: where there is no other active admin, it applies at once.`,
  ].join('\n');
