/** A quick look at a document's text: without this nothing in it is sealed. */
export const mayBeSealed = (text: string): boolean => text.includes('"nonce":"');

const parts = ['key', 'nonce', 'text', 'tag'];

/** Ids of the keys that something in the value is sealed under, wherever it stands (`Sealed` in core/password.ts). */
export function* sealingKeysIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const members = value as Record<string, unknown>;
  if (parts.every((part) => typeof members[part] === 'string')) yield String(members.key);
  for (const member of Object.values(members)) yield* sealingKeysIn(member);
}
