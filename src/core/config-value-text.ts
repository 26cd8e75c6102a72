import { describe } from './condition.ts';
import { Condition } from './condition-schema.ts';
import { digestOf } from './hash.ts';
import { isPlaceholder } from './secret.ts';
import { hidden, isSecretName } from './secret-name.ts';

/** A value as a configuration line shows it, the way YAML writes it on one line; `secret`: it stands in a connection. */
export function valueText(value: unknown, secret: boolean): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => valueText(one, secret)).join(', ');
  if (typeof value !== 'object') return isCertificate(value) ? certificateText(value) : String(value);
  const condition = Condition.safeParse(value);
  if (condition.success) return describe(condition.data);
  const { email, until, ...rest } = value as Record<string, unknown>;
  if (typeof email === 'string' && until !== undefined && Object.keys(rest).length === 0)
    return `${email} until ${until}`;
  return `{ ${membersText(value, secret)} }`;
}

const isCertificate = (value: unknown): value is string =>
  typeof value === 'string' && /^\s*-----BEGIN CERTIFICATE-----/.test(value);

/** Nobody reads one; that it is another one shows. */
const certificateText = (pem: string): string => `certificate ${digestOf(pem.trim()).slice(0, 12)}`;

function membersText(value: object, secret: boolean): string {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const ofSecret = entries.some(([key, member]) => key === 'target' && isSecretName(String(member)));
  return entries
    .map(([key, member]) => {
      const hides = (secret && isSecretName(key)) || (ofSecret && written.has(key));
      return `${key}: ${hides ? hiddenText(member) : nested(member, secret)}`;
    })
    .join(', ');
}

/** What a parameter or an action writes into its target. */
const written: ReadonlySet<string> = new Set(['value', 'template', 'default', 'set', 'add', 'translate']);

const nested = (value: unknown, secret: boolean): string =>
  Array.isArray(value) ? `[${value.map((one) => valueText(one, secret)).join(', ')}]` : valueText(value, secret);

/** The name of a variable tells no secret; anything else may be one. */
export const hiddenText = (value: unknown): string =>
  typeof value === 'string' && isPlaceholder(value) ? value : hidden;
