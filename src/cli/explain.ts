import type { Reason } from '../core/model.ts';
import type { Explanation } from '../engine/governance.ts';
import { printJson, tableLines } from './print.ts';
import type { Verb } from './verb.ts';
import { appNamed, personId } from './who.ts';

export const explainVerbs: readonly Verb[] = [
  {
    usage: 'explain <person> <app>',
    audience: 'readers',
    description: 'say why somebody has an account in an app, or why not, and where each value comes from',
    async show({ session, args: [person = '', app = ''], options }) {
      const id = await personId(session, person);
      const explanation = await session.engine.useCases.explain(id, await appNamed(session, app));
      if (options.json) return printJson(explanation);
      for (const line of explanationLines(explanation)) console.log(line);
    },
  },
];

/** The sentence, then the chain, the values with theirs, and what is missing. */
export function explanationLines({ personName, appTitle, word, text, chain, targets, near }: Explanation): string[] {
  return [
    ...[`${personName} in ${appTitle}: ${word}`, text],
    ...section(
      'Why',
      chain.map(({ kind, name, because }) => [kind, name, because]),
    ),
    ...section(
      'Each value',
      targets.map(({ target, value, chain: own }) => [target, value === '' ? 'none' : value, inWords(own)]),
    ),
    ...section('Nearest to an account', nearRows(near)),
  ];
}

const inWords = (chain: readonly Reason[]): string =>
  chain
    .map(({ kind, name, because }) =>
      kind === 'parameter' || kind === 'default' ? because : `${kind} ${name}: ${because}`,
    )
    .join('; ');

function nearRows(near: Explanation['near']): string[][] {
  if (near.length === 0) return [];
  const rows = near.map(({ role, mapping, condition, has, wants }) => [role, mapping, condition, has, wants]);
  return [['role', 'mapping', 'condition', 'there is', 'it wants'], ...rows];
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...tableLines(rows).map((line) => `  ${line}`)];
}
