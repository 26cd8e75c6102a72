import { Option } from 'commander';
import { refused } from '../core/errors.ts';
import type { ProposalDecision } from '../core/proposal.ts';
import type { ProposalView } from '../engine/configure/configuring.ts';
import { onOneLine, printJson } from './print.ts';
import type { Change, Given, Verb } from './verb.ts';
import { inUtc } from './when.ts';

/** `rollcall config …`: changes of the configuration that wait for another admin (promise 11). */
export const proposalVerbs: readonly Verb[] = [
  {
    usage: 'proposals',
    audience: 'auditors',
    description: 'list the changes that wait for another admin',
    async show({ session, options }) {
      const views = await session.engine.useCases.proposals();
      if (options.json) return views.map(jsonOf).forEach(printJson);
      if (views.length === 0) return console.log('No change waits for anybody.');
      for (const line of views.flatMap(proposalLines)) console.log(onOneLine(line));
    },
  },
  {
    usage: 'agree <id>',
    audience: 'admins',
    description: 'agree to a proposed change, as an admin who did not propose it (`--as EMAIL`)',
    prepare: (given) => prepare(given, 'agree'),
  },
  {
    usage: 'reject <id>',
    audience: 'admins',
    description: 'reject a proposed change, as an admin who did not propose it',
    options: [new Option('--reason <why>', 'kept in the history')],
    prepare: (given) => prepare(given, 'reject'),
  },
  {
    usage: 'withdraw <id>',
    audience: 'admins',
    description: 'take back a change you proposed',
    prepare: (given) => prepare(given, 'withdraw'),
  },
];

const questions: Readonly<Record<ProposalDecision, string>> = {
  agree: 'Agree to it, and change the configuration?',
  reject: 'Reject it?',
  withdraw: 'Withdraw it?',
};

async function prepare({ session, args: [id = ''], options }: Given, decision: ProposalDecision): Promise<Change> {
  const { engine, actor } = session;
  const view = await engine.useCases.proposal(id);
  if (view === null) throw refused('unknown-proposal', `there is no proposed change ${id}`, seeAll);
  if (options.json !== true) for (const line of proposalLines(view)) console.log(onOneLine(line));
  return {
    question: questions[decision],
    async act() {
      const reason = options.reason ?? null;
      const outcome = await engine.useCases.decideProposal({ id, decision, shown: null, reason, actor });
      if (outcome.result === 'refused' || outcome.result === 'outdated')
        throw refused('proposal-refused', outcome.text, seeAll);
      return { text: outcome.text };
    },
  };
}

const seeAll = 'List them with `rollcall config proposals`; name the admin who decides with `--as EMAIL`.';

/** What a reader needs of it; both configurations whole would be too much. */
const jsonOf = ({ proposal, lines, power, deciders }: ProposalView) => {
  const { id, by, at, state, edition, digest, plan } = proposal;
  return { id, by, at, state, edition, digest, lines, power, plan, deciders };
};

/** Lines of it that are printed. */
const printedAtMost = 40;

export function proposalLines({ proposal, lines, power, deciders }: ProposalView): string[] {
  const { id, by, at, state, plan } = proposal;
  const shown = lines.slice(0, printedAtMost).map((line) => `  ${power.includes(line) ? '! ' : '  '}${line}`);
  const more = lines.length - shown.length;
  const names = deciders.map(({ name }) => name).join(', ') || 'nobody: no other admin is active';
  return [
    `${id}  proposed by ${by.name}, ${inUtc(at)} UTC, ${state}`,
    ...shown,
    ...(more > 0 ? [`    and ${more} more`] : []),
    ...(plan === null ? [] : [`  It would come to: ${planText(plan)}`]),
    ...(state === 'open' ? [`  May decide: ${names}`] : []),
  ];
}

function planText({ people, counts }: NonNullable<ProposalView['proposal']['plan']>): string {
  if (counts.length === 0) return 'no account changes';
  const parts = counts.map(({ app, kind, count }) => `${kind} ${count} in ${app}`);
  return `${parts.join(', ')}, for ${people} ${people === 1 ? 'person' : 'people'}`;
}
