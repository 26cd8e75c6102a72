import { nameOf } from '../core/name.ts';
import type { DelegationView } from '../engine/approve/approving.ts';
import { printJson, tableLines } from './print.ts';
import { untilOption, type Verb } from './verb.ts';
import { inUtc, until } from './when.ts';
import { personOf } from './who.ts';
import { wrongUse } from './wrong-use.ts';

export const delegateVerbs: readonly Verb[] = [
  {
    usage: 'delegate <person>',
    audience: 'everyone',
    description: 'let somebody decide in the place of whoever --as names until a day; `off` takes it back',
    options: [untilOption()],
    async prepare({ session, args: [who = ''], options }) {
      const { useCases } = session.engine;
      if (who === 'off')
        return {
          question: 'Take it back, so that nobody decides in your place any more?',
          act: () => useCases.endDelegation(session.actor),
        };
      if (options.until === undefined)
        throw wrongUse('nobody decides in your place for good', 'Say until when: `--until 2026-12-31`.');
      const person = await personOf(session, who);
      const end = await until(session, options.until);
      return {
        question: `May ${nameOf(person)} decide in your place until ${inUtc(end)} UTC?`,
        act: () => useCases.delegate(person.id, end, session.actor),
      };
    },
  },
  {
    usage: 'delegates',
    audience: 'readers',
    description: 'list who decides in whose place, and until when',
    async show({ session, options }) {
      const views = await session.engine.useCases.delegations();
      if (options.json) return views.forEach(printJson);
      for (const line of delegateLines(views)) console.log(line);
    },
  },
];

export function delegateLines(views: readonly DelegationView[]): string[] {
  if (views.length === 0) return ['Nobody decides in the place of another.'];
  const rows = views.map(({ delegateName, personName, until: end }) => [delegateName, personName, inUtc(end)]);
  return tableLines([['decides', 'in the place of', 'until (UTC)'], ...rows]);
}
