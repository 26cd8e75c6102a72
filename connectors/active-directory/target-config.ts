import { z } from 'zod';
import { connectionFields, DistinguishedName, LdapFilter, PageSize } from './config.ts';
import { accountPlaces } from './target-attributes.ts';
import { unfinishedPlace } from './unfinished.ts';

/** What parameters fill by default or the domain itself; of the fifteen of Exchange one may be free. */
const taken: ReadonlySet<string> = new Set(
  [...Object.values(accountPlaces), 'cn', 'name', 'objectGUID', unfinishedPlace, 'userAccountControl', 'accountExpires']
    .filter((name) => !name.startsWith('extensionAttribute'))
    .map((name) => name.toLowerCase()),
);

/** The connection of an app that is an Active Directory domain. */
export const TargetConnection = z.strictObject({
  ...connectionFields,
  base: DistinguishedName.optional().describe(
    'Accounts below it are managed, and no others: OU=People,DC=acme,DC=test. Empty: the whole domain',
  ),
  organizationalUnit: DistinguishedName.describe(
    'Where new accounts are made, at or below the base, unless a parameter says so: OU=Staff,OU=People,DC=acme,DC=test',
  ),
  filter: LdapFilter.optional().describe(
    'Which accounts are looked at at all, as an LDAP filter: (employeeType=internal). Empty: every user',
  ),
  groupBase: DistinguishedName.optional().describe(
    'Groups below it are entitlements: OU=Groups,DC=acme,DC=test. Empty: those of the whole domain that Windows does not protect',
  ),
  idAttribute: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/i, 'write the name of an attribute of Active Directory')
    .refine((name) => !taken.has(name.toLowerCase()), {
      error: 'name an attribute that nothing else is kept in, such as adminDescription or extensionAttribute15',
    })
    .default('adminDescription')
    .describe(
      'The attribute that keeps our id of the person: one that holds a single text and that nobody else writes',
    ),
  pageSize: PageSize.describe('Accounts asked for at a time; the server may give fewer'),
});
export type TargetConnection = z.infer<typeof TargetConnection>;
