import { FilterParser } from 'ldapts';
import { z } from 'zod';
import { AllowHosts } from '../_address.ts';

const LdapUrl = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    const bare = url !== null && !url.username && !url.password && !url.search && !url.hash;
    return bare && /^ldaps?:$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname);
  },
  { error: 'write the address of a domain controller, such as ldaps://dc1.acme.test, and nothing behind it' },
);

/** How a domain controller is reached; there is no way without TLS. */
export const connectionFields = {
  url: LdapUrl.describe('ldaps://dc1.acme.test, or ldap://dc1.acme.test: then the connection is encrypted by StartTLS'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The certificate of the authority that signed the controller’s, as PEM or a file of it. Empty: a public one',
    ),
  serverName: z
    .string()
    .min(1)
    .optional()
    .describe('The name in the controller’s certificate, where it is another than the host in the address'),
  user: z.string().min(1).describe('The service account: rollcall@acme.test, ACME\\rollcall or its distinguished name'),
  password: z.string().min(1).meta({ secret: true }).describe('The password of the service account'),
  allowHosts: AllowHosts.default([]).describe(
    'Hosts and networks of your own that may be called beside public ones, such as dc1.acme.test or 10.1.0.0/16',
  ),
};

/** Of an object of the domain. */
export const DistinguishedName = z
  .string()
  .min(1)
  .regex(/^[a-z][\w-]*=/i, 'write a distinguished name, such as OU=People,DC=acme,DC=test');

function isFilter(text: string): boolean {
  try {
    FilterParser.parseString(text);
    // The parser forgives brackets that are missing at the end.
    const depth = [...text].reduce((open, letter) => open + Number(letter === '(') - Number(letter === ')'), 0);
    return depth === 0 && /^\(.+\)$/s.test(text);
  } catch {
    return false;
  }
}

export const LdapFilter = z
  .string()
  .refine(isFilter, { error: 'write an LDAP filter in brackets, such as (employeeID=*)' });

export const PageSize = z.number().int().min(1).max(1_000).default(500);

/** The config of a directory that is an Active Directory domain. */
export const DirectoryConfig = z.strictObject({
  ...connectionFields,
  base: DistinguishedName.optional().describe(
    'People below it are read: OU=People,DC=acme,DC=test. Empty: the whole domain',
  ),
  filter: LdapFilter.optional().describe(
    'Whom else it takes to be read, as an LDAP filter: (employeeID=*). Empty: every user',
  ),
  attributes: z
    .record(
      z.string().min(1),
      z.string().regex(/^[a-z][a-z0-9-]*$/i, 'write the name of an attribute of Active Directory'),
    )
    .default({})
    .describe(
      'Our attribute and where it is found in Active Directory, beside the usual ones: costCenter, extensionAttribute1',
    ),
  changes: z
    .enum(['auto', 'usn', 'none'])
    .default('auto')
    .describe(
      'How changes are found: DirSync where the account may, else uSNChanged (auto); uSNChanged; or by reading all',
    ),
  fullReadHours: z
    .number()
    .min(1)
    .max(720)
    .default(24)
    .describe('Everything is read again once it is this old, changes or not; hours'),
  pageSize: PageSize.describe('People asked for at a time; the server may give fewer'),
});
export type DirectoryConfig = z.infer<typeof DirectoryConfig>;

/** What it takes to connect. */
export type Connection = Pick<DirectoryConfig, 'url' | 'ca' | 'serverName' | 'user' | 'password' | 'allowHosts'>;
