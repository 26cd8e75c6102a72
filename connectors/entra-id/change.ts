import { randomBytes } from 'node:crypto';
import { type Attributes, ConnectorError } from '../../src/core/connector.ts';
import { isSlot } from './account.ts';
import { type Spot, slotSpot, spots } from './attributes.ts';
import type { TargetConnection } from './config.ts';

type Tree = Record<string, unknown>;
type Settings = Pick<TargetConnection, 'externalId' | 'changePassword'>;

/** What to write into a user; the manager is written apart. */
export type Writing = {
  set: Attributes;
  clear: readonly string[];
  active?: boolean | undefined;
  password?: string | undefined;
};

/** The body of a PATCH. @throws ConnectorError before anything is sent, for what an account cannot hold */
export function bodyOf({ set, clear, active, password }: Writing, settings: Settings): Tree {
  const body: Tree = {};
  for (const [name, value] of Object.entries(set)) put(body, spotOf(name, value, settings), String(value));
  for (const name of clear) put(body, spotOf(name, null, settings), null);
  if (active !== undefined) body.accountEnabled = active;
  if (password !== undefined) body.passwordProfile = profileOf(password, settings);
  return body;
}

const profileOf = (password: string, { changePassword }: Settings): Tree => ({
  password,
  forceChangePasswordNextSignIn: changePassword,
});

function spotOf(name: string, value: unknown, settings: Settings): Spot {
  if (name === 'manager') return [];
  const spot = Object.hasOwn(spots, name) ? spots[name] : undefined;
  if (spot === undefined)
    throw new ConnectorError('rejected', 'none', `Entra ID accounts have no attribute "${name}".`);
  if (isSlot(spot, settings))
    throw new ConnectorError('rejected', 'none', `"${name}" holds Rollcall’s own id in this connection.`, {
      remedy: `Take the parameter of "${name}" out, or keep the id in another place (externalId in the connection).`,
    });
  if (Array.isArray(value)) throw new ConnectorError('rejected', 'none', `"${name}" takes one value, not several.`);
  return spot;
}

function put(body: Tree, [first, second]: Spot, text: string | null): void {
  if (first === undefined) return;
  const given = text?.trim() === '' ? null : text;
  const value = first === 'businessPhones' ? (given === null ? [] : [given]) : given;
  body[first] = second === undefined ? value : { ...(body[first] as Tree | undefined), [second]: value };
}

/** The body of a POST. `password`: ours, or one that nobody knows. */
export function newBody(externalId: string, set: Attributes, password: string, settings: Settings): Tree {
  const body = bodyOf({ set, clear: [], active: true, password }, settings);
  put(body, slotSpot(settings.externalId), externalId);
  const userName = String(set.userName ?? '');
  return { displayName: nameOf(set) || userName, mailNickname: nicknameOf(userName), ...body };
}

const nameOf = ({ givenName = '', familyName = '' }: Attributes): string => `${givenName} ${familyName}`.trim();

/** Letters of all kinds, for every policy asks for some. */
export const randomSecret = (): string => `${randomBytes(24).toString('base64url')}aA1!`;

/** What stands before the @, as far as an alias may hold it (at most 64 ASCII characters, none of @ () \ [] " ; : <> , or space). */
const nicknameOf = (userName: string): string =>
  (userName.split('@')[0] ?? '').replace(/[^\x21-\x7e]|[@()\\[\]";:<>,]/g, '').slice(0, 64) || 'user';
