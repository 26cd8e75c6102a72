import type { Answer, Asked, Quirks, ScimApp, Tree } from './scim-app.ts';

/** How a vendor's server departs from the strict app: what it refuses, how it is to be understood, and what its answers look like. */
export type Vendor = {
  quirks?: Partial<Quirks>;
  /** Why it refuses this; null: it does not. */
  refuses?(asked: Asked, app: ScimApp): Refused | null;
  /** What it answers by itself; null: what the strict app does. */
  instead?(asked: Asked, app: ScimApp): Answer | null;
  /** The same in the standard's words. */
  meant?(asked: Asked, app: ScimApp): Asked;
  answers?(answer: Answer, asked: Asked, app: ScimApp): Answer;
};
export type Refused = { status: number; detail: string };

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const trees = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);
export const operations = (body: unknown): Tree[] => (isTree(body) ? trees(body.Operations) : []);
export const bad = (detail: string): Refused => ({ status: 400, detail });
export const kindOf = ({ path }: Asked) => path[0] ?? '';
export const makes = ({ method }: Asked) => method === 'POST' || method === 'PUT';
/** The same PATCH with other steps. */
export const withSteps = (asked: Asked, steps: readonly Tree[]): Asked =>
  asked.method === 'PATCH'
    ? { ...asked, body: { ...(isTree(asked.body) ? asked.body : {}), Operations: steps } }
    : asked;

/** Members that leave by a list of values, as the strict app takes them: one by one. */
export const eachMember = (asked: Asked): Asked =>
  kindOf(asked) !== 'Groups' || asked.method !== 'PATCH'
    ? asked
    : withSteps(
        asked,
        operations(asked.body).flatMap((step) =>
          step.op === 'remove' && step.path === 'members' && Array.isArray(step.value)
            ? trees(step.value).map(({ value }) => ({ op: 'remove', path: `members[value eq "${String(value)}"]` }))
            : [step],
        ),
      );

/** A list that shows `rows` only, in the place of its own. */
export const mapped = (answer: Answer, row: (one: Tree) => Tree): Answer => {
  if (answer.status >= 300 || !isTree(answer.body)) return answer;
  const { Resources } = answer.body;
  if (Array.isArray(Resources)) return { ...answer, body: { ...answer.body, Resources: trees(Resources).map(row) } };
  return { ...answer, body: row(answer.body) };
};

/** Only these attributes may be asked for with `eq`. */
export const onlyFilters = (known: Readonly<Record<string, readonly string[]>>) => (asked: Asked) => {
  const [, attribute] = /^([\w.]+) eq "/.exec(asked.query.get('filter') ?? '') ?? [];
  return attribute === undefined || known[kindOf(asked)]?.includes(attribute) === true
    ? null
    : bad(`${attribute} cannot be filtered by`);
};

/** Without these, by their place in the resource, no account is made. */
export const needs =
  (...paths: string[]) =>
  (asked: Asked) => {
    if (!makes(asked) || kindOf(asked) !== 'Users') return null;
    const missing = paths.find((path) => {
      const value = path.split('.').reduce<unknown>((at, name) => (isTree(at) ? at[name] : undefined), asked.body);
      return value === undefined || (Array.isArray(value) && value.length === 0);
    });
    return missing === undefined ? null : bad(`${missing} is required`);
  };

/** These methods are not there. */
export const lacks =
  (kind: string, ...methods: string[]) =>
  (asked: Asked) =>
    kindOf(asked) === kind && methods.includes(asked.method) ? { status: 405, detail: `no ${asked.method}` } : null;
export const lacksEndpoint = (name: string) => (asked: Asked) =>
  kindOf(asked) === name ? { status: 404, detail: `no ${name}` } : null;

export type Check = (asked: Asked, app: ScimApp) => Refused | null;
export const all =
  (...checks: Check[]): Check =>
  (asked, app) => {
    for (const check of checks) {
      const refused = check(asked, app);
      if (refused !== null) return refused;
    }
    return null;
  };

/** "True" and "False" for what they mean. */
export const booleans = (value: unknown): unknown => {
  if (value === 'True' || value === 'False') return value === 'True';
  return isTree(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, booleans(one)]))
    : Array.isArray(value)
      ? value.map(booleans)
      : value;
};
export const hasBoolean = (value: unknown): boolean =>
  typeof value === 'boolean' || (isTree(value) ? Object.values(value).some(hasBoolean) : trees(value).some(hasBoolean));

/** A user whose attributes are all among these. */
export const onlyHolds =
  (...names: string[]): Check =>
  (asked) => {
    if (kindOf(asked) !== 'Users' || asked.method !== 'POST' || !isTree(asked.body)) return null;
    const known = ['schemas', 'id', 'meta', 'active', ...names];
    const odd = Object.keys(asked.body).find((name) => !known.includes(name));
    return odd === undefined ? null : bad(`${odd} is not supported`);
  };

export const plural: Check = lacksEndpoint('ServiceProviderConfig');
export const asSingular = (asked: Asked): Asked =>
  kindOf(asked) === 'ServiceProviderConfigs' ? { ...asked, path: ['ServiceProviderConfig'] } : asked;

/** Its DELETE deactivates. */
export const deactivates = (asked: Asked): Asked =>
  asked.method === 'DELETE' && kindOf(asked) === 'Users'
    ? {
        ...{ ...asked, method: 'PATCH' },
        body: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'replace', path: 'active', value: false }],
        },
      }
    : asked;

/** The app behind a vendor's door. */
export function asVendor(app: ScimApp, { refuses, instead, meant, answers }: Vendor): ScimApp {
  const handle = (asked: Asked): Answer => {
    const refused = refuses?.(asked, app) ?? null;
    if (refused !== null) return { status: refused.status, body: { detail: refused.detail } };
    const own = instead?.(asked, app) ?? null;
    if (own !== null) return own;
    const answer = app.handle(meant?.(asked, app) ?? asked);
    return answers?.(answer, asked, app) ?? answer;
  };
  return { ...app, handle };
}
