import { nameOf } from '../core/name.ts';
import { printJson, printTable } from './print.ts';
import { limitOption, type Verb } from './verb.ts';
import { personOf } from './who.ts';

export const twinVerbs: readonly Verb[] = [
  {
    usage: 'twins',
    audience: 'auditors',
    description: 'list newcomers who may be people we know under another id',
    options: [limitOption()],
    async show({ session, options }) {
      const views = await session.engine.useCases.twins(options.limit);
      if (options.json) return printJson(views);
      if (views.length === 0) return console.log('Nobody is in doubt.');
      const rows = views.map(({ newcomer, newcomerName, records, people }) => [
        ...[`${newcomerName} (${newcomer})`, records.join(', ')],
        people.map(({ person, personName }) => `${personName} (${person})`).join(', '),
      ]);
      printTable(['newcomer', 'record', 'may be'], rows);
      console.log('\nSay who it is: rollcall same NEWCOMER PERSON (or none)');
    },
  },
  {
    usage: 'same <newcomer> <person>',
    audience: 'admins',
    description: 'say whom a newcomer is: somebody we know under another id, or `none`',
    async prepare({ session, args: [newcomer = '', who = ''] }) {
      const one = await personOf(session, newcomer);
      const other = who === 'none' ? null : await personOf(session, who);
      return {
        question:
          other === null
            ? `Is ${nameOf(one)} (${one.id}) somebody new, with accounts of their own?`
            : `Are ${nameOf(one)} (${one.id}) and ${nameOf(other)} (${other.id}) one human? This is not undone.`,
        act: () => session.engine.useCases.sameAs(one.id, other?.id ?? null, session.actor),
      };
    },
  },
];
