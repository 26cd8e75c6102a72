import type { KnownBlock } from '@slack/types';
import type { ProposalView } from './config-view.ts';
import { idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, divider, header, sectionWith } from './kit.ts';
import { bold, code, escaped, md, moment, nothing } from './markup.ts';

/** A change of the configuration that waits, and what its reader is to it. */
export type WaitingProposal = { view: ProposalView; reader: 'decides' | 'proposed' | 'reads' };

/** A page is looked over: the rest is typed. */
const mostShown = 5;

/** What waits for another admin, those first that this reader may decide; each opens whole, with its buttons. */
export function waitingProposals(waiting: readonly WaitingProposal[]): (KnownBlock | null)[] {
  if (waiting.length === 0) return [];
  const sorted = [...waiting].sort((a, b) => Number(b.reader === 'decides') - Number(a.reader === 'decides'));
  return [
    divider,
    header('Changes of the configuration that wait'),
    ...sorted.slice(0, mostShown).map(rowOf),
    sorted.length > mostShown ? context(md`There are more: ${code(`${commandName} proposals`)}`) : null,
  ];
}

const labels = { decides: 'Look and decide', proposed: 'Look or withdraw', reads: 'Look' } as const;

function rowOf({ view, reader }: WaitingProposal): KnownBlock {
  const { proposal, lines } = view;
  const who = reader === 'proposed' ? md`${bold('You')} propose` : md`${bold(proposal.by.name, 80)} proposes`;
  const more = lines.length > 3 ? md` …` : nothing;
  return sectionWith(
    md`• ${who}: ${escaped(lines.slice(0, 3).join('; '), 400)}${more}\n   ${whomText(view, reader)} · proposed ${moment(proposal.at)}`,
    idButton({
      ...{ id: actionIds.proposalOpen, label: labels[reader], ids: { proposal: proposal.id } },
      spoken: `${labels[reader]}: what ${proposal.by.name.slice(0, 40)} proposes`,
    }),
  );
}

function whomText({ deciders }: ProposalView, reader: WaitingProposal['reader']) {
  if (reader === 'decides') return md`waits for you`;
  const names = deciders.slice(0, 3).map(({ name }) => name);
  const more = deciders.length - names.length;
  if (names.length === 0) return md`waits for nobody: no other admin is active`;
  const list = new Intl.ListFormat('en', { type: 'disjunction' });
  return md`waits for ${escaped(list.format([...names, ...(more > 0 ? [`${more} more`] : [])]), 200)}`;
}
