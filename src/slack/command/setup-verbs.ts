import { z } from 'zod';
import { isLook, isLookAtRoles } from './asked.ts';
import { verb } from './verb.ts';
import { appAlone, Day, Id, Phrase, page, somebody, Word } from './verb-inputs.ts';

/** Verbs of admins: apps and directories, whose accounts there are, and the configuration. */
export const setupVerbs = {
  connect: verb(
    'Connects an app or a directory step by step, or goes on with what is on its way, or takes one step of it; without a name, lists it.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[app|directory|name [step]]', rest: true }),
      confirm: Word.optional().meta({ usage: '[--confirm code]', flagOnly: true }),
    }),
    { audience: 'admins', aliases: ['enable'], example: 'connect app' },
  ),
  renew: verb(
    'Renews the credentials of an app or a directory, on a page of their own, or changes how it is reached.',
    z.strictObject({ who: somebody('<app|directory>') }),
    { audience: 'admins', example: 'renew crm' },
  ),
  refresh: verb(
    'Reads an app’s entitlements anew, and says what is new and what is gone.',
    z.strictObject({ who: appAlone }),
    {
      audience: 'admins',
      example: 'refresh crm',
    },
  ),
  discover: verb(
    'Holds an app’s accounts against our people, changing nothing: whose they are, and which are nobody’s.',
    z.strictObject({ who: appAlone }),
    { audience: 'auditors', example: 'discover crm' },
  ),
  triage: verb(
    'Says what becomes of an account that is nobody’s: left alone, or its owners asked whose it is.',
    z.strictObject({
      who: appAlone,
      account: Id.meta({ usage: '--account id', flagOnly: true, shown: true }),
      act: z.enum(['leave', 'ask']).meta({ usage: '--act leave|ask', flagOnly: true, shown: true }),
    }),
    { audience: 'admins', example: 'triage crm --account 4711 --act ask' },
  ),
  twins: verb('Lists newcomers who may be somebody we know under another id.', z.strictObject({}), {
    audience: 'auditors',
  }),
  same: verb(
    'Says who a newcomer is: somebody we know under another id, or somebody new.',
    z.strictObject({ who: somebody('<newcomer> <person|none>') }),
    { audience: 'admins', example: 'same p-7k2 p-4d1' },
  ),
  role: verb(
    'Lists the roles, shows one, puts people into it and takes them out by hand; adds, changes or deletes one in a form.',
    z.strictObject({
      who: Phrase.optional().meta({ usage: '[role|new] [add|remove person | edit | delete]', rest: true }),
      until: Day.optional().meta({ usage: '[--until 2026-12-31]', flagOnly: true, shown: true }),
      page,
    }),
    {
      audience: 'admins',
      looks: isLookAtRoles,
      aliases: ['roles'],
      example: 'role Sales add zoe@acme.com --until 2026-12-31',
    },
  ),
  mapping: verb(
    'Lists the mappings: who gets which roles and attributes; adds, changes or removes one in a form.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[name|new] [edit|remove]', rest: true }), page }),
    { audience: 'admins', looks: isLook, aliases: ['mappings'], example: 'mapping Sales people edit' },
  ),
  rule: verb(
    'Lists an app’s rules; adds, changes or removes one in a form.',
    z.strictObject({ who: somebody('<app> [name|new] [edit|remove]'), page }),
    { audience: 'admins', looks: isLook, aliases: ['rules'], example: 'rule crm Managers edit' },
  ),
  parameter: verb(
    'Lists an app’s parameters; adds, changes or removes one in a form.',
    z.strictObject({ who: somebody('<app> [attribute|new] [edit|remove]'), page }),
    { audience: 'admins', looks: isLook, aliases: ['parameters'], example: 'parameter crm title edit' },
  ),
  configure: verb(
    'Shows how an app is set up: owners, provisioning, approvals, timing, entitlements, password; changes one in a form, or removes the app.',
    z.strictObject({ who: somebody('<app> [section] [edit|remove]') }),
    { audience: 'admins', looks: isLook, aliases: ['setup'], example: 'configure crm timing edit' },
  ),
  directory: verb(
    'Lists the directories in the order they are believed; adds, changes or removes one.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[name|new] [edit|remove]', rest: true }), page }),
    { audience: 'admins', looks: isLook, aliases: ['directories'], example: 'directory hr edit' },
  ),
  settings: verb(
    'Shows the settings of the company, or changes them in a form: general, threshold, digest, sign-in, contractors, timings.',
    z.strictObject({ who: Phrase.optional().meta({ usage: '[section] [edit]', rest: true }) }),
    { audience: 'admins', looks: isLook, aliases: ['setting'], example: 'settings edit' },
  ),
  proposals: verb(
    'Lists the changes of the configuration that wait for another admin, or shows one.',
    z.strictObject({ id: Word.optional().meta({ usage: '[id]' }) }),
    { audience: 'auditors', aliases: ['proposal'], example: 'proposals' },
  ),
  withdraw: verb(
    'Takes back a change of the configuration that you proposed.',
    z.strictObject({ id: Word.meta({ usage: '<id>' }) }),
    { audience: 'admins', example: 'withdraw c-7k2' },
  ),
  sync: verb(
    'Reads a directory now, or all of them.',
    z.strictObject({ directory: Word.optional().meta({ usage: '[directory]' }) }),
    {
      audience: 'admins',
    },
  ),
} as const;
