/**
 * What zod 4 documents of a schema's inside for library authors (`schema._zod.def`), as far as it is walked here: for which
 * keys there are, and which fields are secret.
 */
export type Schema = { _zod: { def: Definition }; meta(): Record<string, unknown> | undefined };
type Definition = {
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  catchall?: unknown;
  innerType?: unknown;
  in?: unknown;
  out?: unknown;
  left?: unknown;
  right?: unknown;
  options?: readonly unknown[];
  getter?: () => unknown;
};

const isSchema = (schema: unknown): schema is Schema =>
  typeof schema === 'object' && schema !== null && '_zod' in schema && 'meta' in schema;

export const schemasIn = (found: readonly unknown[]): Schema[] => found.filter(isSchema);

/** Schemas that speak of the same value: what a wrapper wraps, both ends of a pipe, all a union may be. */
export function sameValue({ _zod: { def } }: Schema): Schema[] {
  return schemasIn([def.innerType, def.in, def.out, def.left, def.right, ...(def.options ?? []), def.getter?.()]);
}

/** The schema of an object's member or an array's element. */
export function inside({ _zod: { def } }: Schema, key: string | number): Schema[] {
  if (typeof key === 'number') return schemasIn([def.element]);
  const own = def.shape !== undefined && Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
  return schemasIn([own ?? def.valueType ?? def.catchall]);
}

/** Every key a value of this schema may hold, at any depth. */
export function keysIn(schema: unknown, seen = new Set<unknown>()): string[] {
  if (!isSchema(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const { def } = schema._zod;
  const members = Object.entries(def.shape ?? {});
  const deeper = [...sameValue(schema), ...members.map(([, member]) => member), def.element, def.valueType];
  return [...members.map(([key]) => key), ...deeper.flatMap((next) => keysIn(next, seen))];
}

export const isSecret = (schema: Schema): boolean => schema.meta()?.secret === true;
