import { createHash } from 'node:crypto';
import { ConnectorError } from '../../src/core/connector.ts';

/** A relative distinguished name, as a request has it (RFC 4514 section 2.4). */
export const rdnOf = (commonName: string): string => `CN=${commonName.replace(/[\\,+"<>;=]|^[ #]| $/g, '\\$&')}`;

/** What an object stands below. */
export const parentOf = (dn: string): string => /^(?:\\.|[^\\,])*,(.*)$/s.exec(dn)?.[1] ?? '';

export const longestCommonName = 64;
const longestAccountName = 20;

/** A name of the account, as the domain takes it; control characters and what is too long are left out. */
const tidied = (text: string, longest: number): string =>
  [...text.replace(/[\p{Cc}\s]+/gu, ' ').trim()].slice(0, longest).join('').trim();

/** The common name where none was asked for. `other`: it is taken, and this tells the two apart. */
export function commonNameFrom(displayName: string, samAccountName: string, other: boolean): string {
  const ending = other ? ` (${samAccountName})` : '';
  return `${tidied(displayName, longestCommonName - ending.length) || samAccountName}${ending}`;
}

const forbidden = /["/\\[\]:;|=,+*?<>@\p{Cc}]/u;

/** @throws ConnectorError that names the field, where the domain could not take it. */
export function checkAccountName(app: string, samAccountName: string): void {
  const problem =
    samAccountName.length > longestAccountName
      ? `has ${samAccountName.length} letters, and ${longestAccountName} is the most`
      : forbidden.test(samAccountName)
        ? 'has a character in it that may not be there'
        : samAccountName.endsWith('.')
          ? 'ends with a full stop'
          : null;
  if (problem === null) return;
  throw new ConnectorError(
    'rejected',
    'none',
    `${app} does not take this samAccountName: "${samAccountName}" ${problem}.`,
    {
      remedy:
        'Correct the parameter samAccountName, or leave it out: then it is made of what stands before the @ of userName.',
    },
  );
}

/** The older sign-in name where none was asked for: what stands before the @, and the same for the same person each time. */
export function accountNameFrom(app: string, userName: string, externalId: string): string {
  const local = (userName.split('@')[0] ?? '')
    .normalize('NFKD')
    .replace(/[\p{M}\s]/gu, '')
    .replace(new RegExp(forbidden, 'gu'), '')
    .replace(/\.+$/, '');
  if (local === '')
    throw new ConnectorError(
      'rejected',
      'none',
      `${app} needs a samAccountName, and none can be made of "${userName}".`,
      {
        remedy: 'Give the parameter samAccountName, then retry.',
      },
    );
  if (local.length <= longestAccountName) return local;
  const mark = createHash('sha256').update(externalId).digest('hex').slice(0, 6);
  return `${local.slice(0, longestAccountName - 7)}-${mark}`;
}
