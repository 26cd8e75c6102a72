import { type AccountChange, ConnectorError } from '../../src/core/connector.ts';
import { checkAccountName, longestCommonName } from './names.ts';
import { accountPlaces } from './target-attributes.ts';
import { type Row, textOf, textsOf } from './values.ts';
import type { Step } from './writes.ts';

/** What an account shall have: texts by attribute of the domain, null for nothing; its name and its place where they are asked for. */
export type Wanted = {
  values: ReadonlyMap<string, string | null>;
  commonName: string | null;
  unit: string | null;
};

/** The app by its name, and where it keeps our id. */
type Keeper = { name: string; idAttribute: string };

/** Without these there is no account. */
const kept: ReadonlySet<string> = new Set(['userName', 'samAccountName', 'commonName', 'organizationalUnit']);

/** @throws ConnectorError that names the attribute, before anything is sent, where an account cannot have it. */
export function wantedOf(domain: Keeper, { set, clear }: Pick<AccountChange, 'set' | 'clear'>): Wanted {
  const app = domain.name;
  const values = new Map<string, string | null>();
  const asked = [...Object.entries(set), ...clear.map((name) => [name, ''] as const)];
  const names = new Map<string, string>();
  for (const [name, value] of asked) {
    const text = textIn(app, name, value);
    if (text === '' && kept.has(name)) throw refusal(`${app} keeps no account without ${name}.`);
    if (name === 'commonName' || name === 'organizationalUnit') names.set(name, text);
    else values.set(placeIn(domain, name), text === '' ? null : text);
  }
  const samAccountName = values.get('sAMAccountName');
  if (samAccountName != null) checkAccountName(app, samAccountName);
  const commonName = names.get('commonName') ?? null;
  if (commonName !== null && commonName.length > longestCommonName)
    throw refusal(`${app} takes ${longestCommonName} letters at most as commonName: "${commonName}" is longer.`);
  return { values, commonName, unit: names.get('organizationalUnit') ?? null };
}

function placeIn({ name: app, idAttribute }: Keeper, name: string): string {
  const place = Object.hasOwn(accountPlaces, name) ? accountPlaces[name] : undefined;
  if (place === undefined) throw refusal(`Accounts in ${app} have no attribute "${name}".`);
  if (place.toLowerCase() === idAttribute.toLowerCase())
    throw refusal(`${app} keeps our id of the person in ${place}: no parameter may fill it.`);
  return place;
}

function textIn(app: string, name: string, value: AccountChange['set'][string]): string {
  if (typeof value === 'object') throw refusal(`${app} takes one value as "${name}", not several.`);
  return String(value).trim();
}

const refusal = (message: string) => new ConnectorError('rejected', 'none', message);

/** What it takes to get there from what is there. Empty: nothing. */
export function stepsTo(row: Row, { values }: Pick<Wanted, 'values'>): Step[] {
  return [...values].flatMap(([attribute, value]): Step[] => {
    const present = textsOf(row, attribute);
    const isThere = value === null ? present.length === 0 : present.length === 1 && present[0] === value;
    return isThere ? [] : [{ how: 'replace', attribute, values: value === null ? [] : [value] }];
  });
}

/** What the account will have there. */
export const willHave = (row: Row, { values }: Pick<Wanted, 'values'>, attribute: string): string | undefined =>
  values.has(attribute) ? (values.get(attribute) ?? undefined) : textOf(row, attribute);
