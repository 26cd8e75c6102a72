import { nameOf } from '../core/name.ts';
import type { PasswordView } from '../engine/password/passwords.ts';
import { printJson } from './print.ts';
import type { Verb } from './verb.ts';
import { personOf } from './who.ts';

export const passwordVerbs: readonly Verb[] = [
  {
    usage: 'password <person>',
    audience: 'readers',
    description: 'say where somebody’s generated and SSO passwords stand, never anything of a password itself',
    async show({ session, args: [who = ''], options }) {
      const person = await personOf(session, who);
      const views = await session.engine.useCases.passwords(person.id);
      if (options.json) return views.forEach(printJson);
      for (const line of passwordLines(nameOf(person), views)) console.log(line);
    },
  },
];

export const passwordLines = (name: string, views: readonly PasswordView[]): string[] =>
  views.length === 0
    ? [`No password of ${name} waits, and Rollcall sets none in their apps.`]
    : [`${name}:`, ...views.map(({ text }) => `  ${text}`)];
