import { z } from 'zod';
import { verb } from './verb.ts';
import { Day, Phrase, reason } from './verb-inputs.ts';

/** Verbs about oneself, and about Rollcall. */
export const ownVerbs = {
  request: verb(
    'Asks for access to an app or a role, for as long as you say, or ends what you asked for; without a name, lists it.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[app|role] [end]', rest: true }),
      until: Day.optional().meta({ usage: '[--until 2026-12-31]', flagOnly: true, shown: true }),
      reason,
    }),
    { aliases: ['requests', 'access'], example: 'request crm --until 2026-12-31 --reason I cover for Zoe' },
  ),
  password: verb(
    'Sends you a link to set or to see the password of your apps, where Rollcall sets it, and says what is on its way.',
    z.strictObject({}),
    { aliases: ['passwords'] },
  ),
  'sign-on': verb(
    'Gives you a link that signs you on to an app, for you alone and good once; without an app, lists those you may sign on to.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[app]', rest: true }) }),
    { aliases: ['signon', 'login', 'sso'], example: 'sign-on wiki' },
  ),
  doctor: verb('Looks for what would stop Rollcall from working, and says what to do about it.', z.strictObject({}), {
    audience: 'auditors',
  }),
  whoami: verb('Says who Rollcall takes you for, and what you may do.', z.strictObject({}), { aliases: ['me'] }),
} as const;
