import type { Button, KnownBlock, ModalView } from '@slack/types';
import { changeBlocks, planRows } from './config-lines.ts';
import type { ProposalView } from './config-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, callbackIds, commandName } from './ids.ts';
import { context, limits, type Message, message, plainText, section, viewBlocks } from './kit.ts';
import { half, list } from './list.ts';
import { bold, code, enumerate, escaped, type Markup, md, mention, moment, nothing, stack } from './markup.ts';
import { count } from './words.ts';

/**
 * A change of the configuration that another admin has to agree to, in whatever state it is. `shown` stands for what the card
 * shows: its buttons decide about nothing else. `own`: it is the copy of who proposed it.
 */
export function proposalCard(view: ProposalView, shown: string, own: boolean): Message {
  const { proposal, lines, power } = view;
  const open = proposal.state === 'open' && proposal.agreed === null;
  return message(
    [
      section(
        md`${bold(proposal.by.name, 80)} proposes a change of the configuration${open ? askText(power) : nothing}.`,
      ),
      ...changeBlocks(lines, power, half),
      planBlock(proposal.plan),
      stateBlock(view),
      context(...footer(view)),
      open ? buttonRow(buttonsOf(view, shown, own)) : null,
    ],
    open ? typedHint(proposal.id, own) : nothing,
  );
}

/** The same whole, opened from where it is only mentioned. */
export const proposalModal = (view: ProposalView, shown: string, own: boolean): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.proposal,
  title: plainText('Proposed change', limits.title),
  close: plainText('Close', limits.title),
  blocks: viewBlocks(proposalCard(view, shown, own).blocks),
});

const askText = (power: readonly string[]): Markup =>
  power.length === 0 ? md`; another admin has to agree` : md` that touches who decides; another admin has to agree`;

const typedHint = (id: string, own: boolean): Markup =>
  own
    ? md`To take it back: ${commandName} withdraw ${id}`
    : md`To decide: ${commandName} approve ${id} or ${commandName} reject ${id} [reason]`;

function planBlock(plan: ProposalView['proposal']['plan']): KnownBlock {
  if (plan === null) return section(md`*It would come to*  what could not be worked out when it was proposed.`);
  return section(stack(planRows(plan), 2_400));
}

function stateBlock({ proposal }: ProposalView): KnownBlock | null {
  const { state, agreed, decidedBy, decidedAt, reason } = proposal;
  const by = bold(decidedBy?.name ?? 'Rollcall', 80);
  const when = decidedAt === null ? nothing : md` ${moment(decidedAt)}`;
  const why = reason === null ? md`.` : md`: ${escaped(reason, 500)}.`;
  if (state === 'applied') return section(md`✅ *Applied*, agreed to by ${by}${when}.`);
  if (state === 'rejected') return section(md`🚫 *Rejected* by ${by}${when}${why} The configuration stays as it is.`);
  if (state === 'withdrawn') return section(md`↩️ *Withdrawn* by ${by}${when}. The configuration stays as it is.`);
  if (state === 'outdated')
    return section(md`⌛ *Outdated*${when}${why} Nothing of it was applied; propose it anew if it is still meant.`);
  return agreed === null ? null : section(md`⏳ *Agreed to* by ${bold(agreed.name, 80)}; it is being applied.`);
}

function footer({ proposal, deciders }: ProposalView): Markup[] {
  const named = deciders.slice(0, 6).map(({ name, slack }) => (slack === null ? md`${name}` : mention(slack.user)));
  const more = deciders.length - named.length;
  const all = more > 0 ? [...named, md`${count(more, 'other', 'others')}`] : named;
  const who = all.length === 0 ? md`nobody: no other admin is active` : enumerate(all);
  return [
    ...(proposal.state === 'open' ? [md`May decide: ${who}`] : []),
    md`Proposed ${moment(proposal.at)}`,
    md`Proposal ${code(proposal.id, 60)}`,
  ];
}

function buttonsOf({ proposal, lines }: ProposalView, shown: string, own: boolean): (Button | null)[] {
  const ids = { proposal: proposal.id, shown };
  const by = proposal.by.name.slice(0, 60);
  const what = `${count(lines.length, 'change', 'changes')} of the configuration that ${by} proposes`;
  const stays = 'The configuration stays as it is.';
  if (own) {
    const confirm = { title: 'Withdraw it?', text: stays, confirm: 'Withdraw', danger: true };
    return [idButton({ id: actionIds.proposalWithdraw, label: 'Withdraw', ids, spoken: `Withdraw ${what}`, confirm })];
  }
  return [
    idButton({
      ...{ id: actionIds.proposalApply, label: 'Apply', ids, style: 'primary', spoken: `Apply ${what}` },
      confirm: {
        title: 'Apply it?',
        text: `You agree to ${what}. It applies at once.`,
        confirm: 'Apply',
        danger: false,
      },
    }),
    idButton({
      ...{ id: actionIds.proposalReject, label: 'Reject', ids, style: 'danger', spoken: `Reject ${what}` },
      confirm: { title: 'Reject it?', text: stays, confirm: 'Reject', danger: true },
    }),
  ];
}

/** An answer with word of the changes that wait for this admin beside it. */
export const withProposals = ({ blocks, text }: Message, waiting: number): Message =>
  waiting === 0
    ? { blocks, text }
    : message([
        ...blocks,
        context(
          md`${count(waiting, 'change of the configuration waits', 'changes of the configuration wait')} for you as well: ${code(`${commandName} proposals`)}`,
        ),
      ]);

/** What waits for an admin; each is shown whole by its id. */
export function proposalList(views: readonly ProposalView[]): Message {
  if (views.length === 0) return message([section(md`No change of the configuration waits for anybody.`)]);
  const [first] = views;
  return message([
    section(
      md`${count(views.length, 'change of the configuration waits', 'changes of the configuration wait')} for another admin:`,
    ),
    ...list(
      views,
      ({ proposal, lines }) =>
        md`• ${code(proposal.id, 60)} by ${bold(proposal.by.name, 80)}: ${escaped(lines.slice(0, 3).join('; '), 300)}${lines.length > 3 ? md` …` : nothing}`,
    ),
    context(
      md`${code(`${commandName} proposals ${first?.proposal.id ?? 'ID'}`, 200)} shows one whole, with its buttons.`,
    ),
  ]);
}
