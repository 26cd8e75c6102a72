import type { OneLoginConfig } from './config.ts';
import type { Tenant } from './tenant.ts';
import { attributeNames, customName } from './user.ts';

/** Something said in our words, or why it cannot be. */
export type Said<T> = { said: T } | { why: string };

export type Words = {
  tenant: Pick<Tenant, 'custom' | 'operators' | 'roles'>;
  config: Pick<OneLoginConfig, 'attributes'>;
};

/** Our attribute for OneLogin's field, condition or `custom_attribute_x`; null where people have none. */
export function attributeOf(field: string, { tenant, config }: Words): string | null {
  const custom = /^custom_attribute[_.](.+)$/.exec(field)?.[1] ?? (tenant.custom.has(field) ? field : null);
  if (Object.hasOwn(attributeNames, field)) return attributeNames[field] ?? null;
  return custom === null ? null : customName(custom, config);
}

const macro = /\{([^{}]*)\}/g;

/** A text with OneLogin's macros (`{firstname}.{lastname}`) as one with ours. */
export function templateOf(text: string, words: Words): Said<string> {
  const unknown = [...text.matchAll(macro)]
    .map(([, name = '']) => name.trim())
    .find((name) => attributeOf(name, words) === null);
  if (unknown !== undefined) return { why: `people have no attribute for its macro {${unknown}}` };
  const said = text.replace(macro, (_, name: string) => `{${attributeOf(name.trim(), words)}}`);
  return /[{}]/.test(said.replace(macro, '')) ? { why: 'its braces do not close' } : { said };
}

export const roleName = (id: string, { tenant }: Words): string | null =>
  tenant.roles.find((role) => role.id === id)?.name ?? null;
