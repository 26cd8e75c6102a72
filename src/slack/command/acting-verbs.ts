import { z } from 'zod';
import { verb } from './verb.ts';
import { app, End, Id, only, Phrase, Reason, reason, somebody, until, Word, who } from './verb-inputs.ts';

/** Verbs that decide, hold up, make good or take back. */
export const actingVerbs = {
  approve: verb(
    'Approves a request, or only what is about some people.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }), only }),
    { audience: 'approvers', example: 'approve a-7k2 only zoe@acme.com, Max Mustermann' },
  ),
  reject: verb(
    'Rejects a request; only a part of it with --reason why.',
    z.strictObject({
      id: Word.meta({ usage: '<id>' }),
      only,
      reason: Reason.optional().meta({ usage: '[reason]', rest: true }),
    }),
    { audience: 'approvers', example: 'reject a-7k2 only zoe@acme.com --reason she starts in May' },
  ),
  done: verb(
    'Says that a task is done by hand, or only what is about some people.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }), only }),
    { audience: 'approvers', example: 'done a-7k2' },
  ),
  cannot: verb(
    'Gives a task back that cannot be done, with the reason; only a part of it with --reason why.',
    z.strictObject({
      id: Word.meta({ usage: '<id>' }),
      only,
      reason: Reason.meta({ usage: '<reason>', rest: true }),
    }),
    { audience: 'approvers', example: 'cannot a-7k2 there is no licence left' },
  ),
  ask: verb(
    'Asks something about a request, in the thread of its card.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }), question: Reason.meta({ usage: '<question>', rest: true }) }),
    { audience: 'approvers', example: 'ask a-7k2 does she need this before May?' },
  ),
  delegate: verb(
    'Lets somebody decide in your place until a day; “off” takes it back, without a name it says who does.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[person|off]', rest: true }),
      until: End.optional().meta({ usage: '[until 2026-12-31]', flagOnly: true, shown: true }),
    }),
    { audience: 'approvers', example: 'delegate bob@acme.com until 2026-12-31' },
  ),
  undo: verb(
    'Shows what undoing would do: of a request, an operation, or a person’s last change in an app.',
    z.strictObject({
      who: somebody('<id|person> [app]'),
      confirm: Word.optional().meta({ usage: '[--confirm code]', flagOnly: true }),
    }),
    { audience: 'admins', example: 'undo zoe@acme.com crm' },
  ),
  disable: verb(
    'Suspends a person everywhere at once, whatever the directories say, until released.',
    z.strictObject({ who: somebody('<person>'), reason }),
    { audience: 'admins', example: 'disable zoe@acme.com --reason laptop stolen' },
  ),
  release: verb(
    'Takes a disable or an undo back: what the directories and rules say holds again.',
    z.strictObject({ who: somebody('<person> [app]'), app }),
    { audience: 'admins', example: 'release zoe@acme.com' },
  ),
  pause: verb(
    'Holds changes of an app or a person up until a day, never leaving; without a name, lists what is paused.',
    z.strictObject({ who, app, until, reason }),
    {
      audience: 'admins',
      looks: ({ who, app }) => who === undefined && app === undefined,
      aliases: ['pauses'],
      example: 'pause crm --until 2026-12-31 --reason the vendor migrates',
    },
  ),
  resume: verb('Ends a pause.', z.strictObject({ who: somebody('<person|app>'), app }), {
    audience: 'admins',
    aliases: ['unpause'],
    example: 'resume crm',
  }),
  retry: verb(
    'Tries again what failed in an app or for a person, all of it or of one cause.',
    z.strictObject({
      who: somebody('<person|app>'),
      app,
      cause: Word.optional().meta({ usage: '[--cause kind]', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', example: 'retry crm --cause auth' },
  ),
  keep: verb(
    'Keeps a leaver’s account longer before it is deleted: 30 days, or until a day.',
    z.strictObject({ who: somebody('<person> <app>'), app, until }),
    { audience: 'approvers', aliases: ['keep-longer'], example: 'keep zoe@acme.com crm --until 2026-12-31' },
  ),
  closed: verb(
    'Says that a human has closed an account which sign-on had made, where Rollcall cannot look; with --mistake why, takes it back.',
    z.strictObject({
      who: somebody('<person> <app>'),
      app,
      note: Reason.optional().meta({ usage: '[--note text]', rest: true, flagOnly: true, shown: true }),
      mistake: Reason.optional().meta({ usage: '[--mistake why]', rest: true, flagOnly: true, shown: true }),
    }),
    { audience: 'approvers', example: 'closed zoe@acme.com hub --note ticket 4711' },
  ),
  rematch: verb(
    'Finds the accounts that could be a person’s in an app, and links the one you choose.',
    z.strictObject({
      who: somebody('<person> <app>'),
      app,
      choose: Id.optional().meta({ usage: '[--choose id|none]', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', aliases: ['match'], example: 'rematch zoe@acme.com crm' },
  ),
  disassociate: verb(
    'Unlinks a login: the account stays, and Rollcall stops managing it.',
    z.strictObject({
      who: somebody('<person> <app>'),
      app,
      confirm: z.literal('yes').optional().meta({ usage: '[--confirm yes]', flagOnly: true }),
    }),
    { audience: 'admins', aliases: ['unlink'], example: 'disassociate zoe@acme.com crm' },
  ),
  reprovision: verb(
    'Plans a person’s logins anew and retries what failed.',
    z.strictObject({ who: somebody('<person> [app]'), app }),
    { audience: 'admins', aliases: ['re-provision'], example: 'reprovision zoe@acme.com crm' },
  ),
} as const;
