import type { ListedAccount } from '../core/connector.ts';

/** What a listed account can be matched by: `externalId=…`, `userName=…`, `email=…`. */
export function matchKeys(account: Pick<ListedAccount, 'externalId' | 'userName' | 'emails'>): string[] {
  const { externalId, userName, emails } = account;
  const keys = emails.map((email) => `email=${email}`);
  if (userName !== null) keys.unshift(`userName=${userName}`);
  if (externalId !== null) keys.unshift(`externalId=${externalId}`);
  return [...new Set(keys.map(normalKey))];
}

/** Values are compared trimmed and in lower case, whatever the caller wrote: `userName= Zoe` → `userName=zoe`. */
export function normalKey(key: string): string {
  const split = key.indexOf('=') + 1;
  return key.slice(0, split) + key.slice(split).trim().toLowerCase();
}
