import { z } from 'zod';
import { verb } from './verb.ts';
import { app, appAlone, Moment, Phrase, page, person, somebody, Word, who } from './verb-inputs.ts';

/** Verbs that look at something, and change nothing. */
export const readingVerbs = {
  help: verb('Says what can be asked.', z.strictObject({ verb: Word.optional().meta({ usage: '[verb]' }) })),
  status: verb(
    'Shows logins and their state: yours, a person’s or an app’s; for admins without a name, the company’s.',
    z.strictObject({ who, app }),
    { example: 'status zoe@acme.com crm' },
  ),
  person: verb('Shows a person’s logins and what to do next: yours without a name.', z.strictObject({ who: person }), {
    example: 'person zoe@acme.com',
  }),
  app: verb(
    'Shows an app’s people by status, all of them or those of one status.',
    z.strictObject({
      who: somebody('<app> [status]'),
      find: Word.optional().meta({ usage: '[--find name]', flagOnly: true, shown: true }),
    }),
    { audience: 'readers', example: 'app crm failed' },
  ),
  explain: verb(
    'Says why a login is, or is not, what it is: mapping, role, rule and parameter of each value.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[person] [app]', rest: true }), app }),
    { aliases: ['why'], example: 'explain zoe@acme.com crm' },
  ),
  history: verb('Shows what happened to a person or an app, newest first.', z.strictObject({ who, app }), {
    example: 'history crm',
  }),
  'who-had': verb(
    'Says who had an account in an app at the end of a day, and who approved it.',
    z.strictObject({
      who: appAlone,
      on: Moment.optional().meta({ usage: '[--on 2026-12-31]', flagOnly: true, shown: true }),
    }),
    { audience: 'readers', aliases: ['whohad'], example: 'who-had crm --on 2026-06-30' },
  ),
  report: verb(
    'Shows what somebody who leaves had, and what a human must still close; without a name, what is deleted next.',
    z.strictObject({ who: person }),
    { audience: 'readers', aliases: ['leaver'], example: 'report zoe@acme.com' },
  ),
  pending: verb(
    'Lists what waits for your decision, or shows one request whole; with --page everybody in it.',
    z.strictObject({ id: Word.optional().meta({ usage: '[id]' }), page }),
    { example: 'pending a-7k2' },
  ),
  digest: verb(
    'Tells what needs somebody now, by root cause, with the way to try all of it again.',
    z.strictObject({}),
    {
      audience: 'readers',
    },
  ),
  plan: verb('Shows what would be done, changing nothing.', z.strictObject({ who, app }), {
    aliases: ['dry-run', 'preview'],
    example: 'plan crm',
  }),
} as const;
