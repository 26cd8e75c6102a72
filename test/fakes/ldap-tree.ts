import {
  AndFilter,
  EqualityFilter,
  type Filter,
  GreaterThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
} from 'ldapts';
import type { LdapAnswer, LdapEntry, LdapSearch, LdapStep, LdapWrite } from './ldap-server.ts';

/** An object as the domain holds it; `values` by attribute in lower case. */
export type LdapHeld = { dn: string; guid: Buffer; values: Map<string, Buffer[]>; password: string | null };
type Held = LdapHeld;

export const domainBase = 'DC=fake,DC=test';
/** What Windows says with a no. */
const refusals = {
  missing: {
    code: 32,
    detail: "0000208D: NameErr: DSID-03100238, problem 2001 (NO_OBJECT), data 0, best match of: ''",
  },
  exists: { code: 68, detail: '00000524: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0' },
  principal: {
    code: 19,
    detail:
      '000021C8: AtrErr: DSID-03200BBA, #1: 0: 000021C8: problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 90290 (userPrincipalName)',
  },
  long: { code: 19, detail: '00002082: AtrErr: DSID-03151904, #1: 0: 00002082: problem 1005 (CONSTRAINT_ATT_TYPE)' },
  policy: { code: 53, detail: '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0' },
  member: { code: 68, detail: '00000562: UpdErr: DSID-031A1270, problem 6005 (ENTRY_EXISTS), data 0' },
  stranger: { code: 53, detail: '00000561: SvcErr: DSID-031A1270, problem 5003 (WILL_NOT_PERFORM), data 0' },
} satisfies Record<string, LdapAnswer>;

export const lower = (text: string) => text.toLowerCase();
export const bytes = (text: string) => Buffer.from(text, 'utf8');
const parentOf = (dn: string) => /^(?:\\.|[^\\,])*,(.*)$/s.exec(dn)?.[1] ?? '';
const unescaped = (rdn: string) => rdn.replace(/^CN=/i, '').replace(/\\(.)/g, '$1');

/** The objects of a domain, in memory: what searches find and what changes come to, a page of `pageSize` rows at most. */
export function createLdapTree(pageSize: number) {
  const held = new Map<string, Held>();
  let count = 0;

  /** Another number whenever something is otherwise than when it was last asked for. */
  const usn = (): number => {
    const all = JSON.stringify([...held.values()].map(({ dn, values }) => [dn, [...values].map(String)]));
    if (all !== seen.all) Object.assign(seen, { all, usn: seen.usn + 1 });
    return seen.usn;
  };
  const seen = { all: '', usn: 0 };

  const one = (dn: string): Held | undefined => {
    const [, guid] = /^<GUID=(.+)>$/i.exec(dn) ?? [];
    return guid === undefined ? held.get(lower(dn)) : [...held.values()].find((entry) => guidText(entry.guid) === guid);
  };
  const textsIn = (entry: Held, name: string) =>
    (entry.values.get(lower(name)) ?? []).map((value) => value.toString('utf8'));
  const put = (dn: string, values: Readonly<Record<string, readonly (string | Buffer)[]>>): Held => {
    count += 1;
    const guid = Buffer.from(String(count).padStart(32, '0'), 'hex');
    const kept = Object.entries(values).map(
      ([name, some]) => [lower(name), some.map((value) => (Buffer.isBuffer(value) ? value : bytes(value)))] as const,
    );
    const entry = { dn, guid, values: new Map(kept), password: null };
    held.set(lower(dn), entry);
    return entry;
  };

  const groupsOf = (entry: Held) =>
    [...held.values()].filter((group) => textsIn(group, 'member').some((dn) => lower(dn) === lower(entry.dn)));
  const computed = (entry: Held): Held['values'] =>
    new Map([
      ...entry.values,
      ['distinguishedname', [bytes(entry.dn)]],
      ['objectguid', [entry.guid]],
      ['memberof', groupsOf(entry).map((group) => bytes(group.dn))],
    ]);

  const matches = (values: Held['values'], filter: Filter): boolean => {
    if (filter instanceof AndFilter) return filter.filters.every((part) => matches(values, part));
    if (filter instanceof OrFilter) return filter.filters.some((part) => matches(values, part));
    if (filter instanceof NotFilter) return !matches(values, filter.filter);
    const texts = (name: string) => (values.get(lower(name)) ?? []).map((value) => lower(value.toString('utf8')));
    // Only ever objectClass; of which attribute it is does not survive the reading.
    if (filter instanceof PresenceFilter) return true;
    if (filter instanceof EqualityFilter) return texts(filter.attribute).includes(lower(String(filter.value)));
    if (filter instanceof GreaterThanEqualsFilter)
      return texts(filter.attribute).some((text) => Number(text) >= Number(filter.value));
    throw new Error(`this server knows no filter such as ${filter.toString()}`);
  };

  const inScope = (entry: Held, base: string, scope: LdapSearch['scope']) => {
    if (scope === 'base') return lower(entry.dn) === lower(base);
    if (scope === 'one') return lower(parentOf(entry.dn)) === lower(base);
    return lower(entry.dn) === lower(base) || lower(entry.dn).endsWith(`,${lower(base)}`);
  };

  const search = (asked: LdapSearch): LdapAnswer => {
    if (asked.base === '') return { entries: [rootEntry(usn())] };
    const base = one(asked.base);
    if (base === undefined) return refusals.missing;
    const wanted = new Set(asked.attributes.map(lower));
    const found = [...held.values()]
      .filter((entry) => inScope(entry, base.dn, asked.scope))
      .map((entry) => ({ entry, values: computed(entry) }))
      .filter(({ values }) => matches(values, asked.parsed))
      .map(({ entry, values }): LdapEntry => {
        const shown = [...values].filter(([name, some]) => wanted.has(name) && some.length > 0);
        const child = wanted.has('allowedchildclasseseffective')
          ? { allowedChildClassesEffective: ['user', 'computer'] }
          : {};
        return { dn: entry.dn, values: { ...Object.fromEntries(shown), ...child } };
      });
    if (asked.paged === null) return { entries: found };
    const start = Number(asked.paged.cookie || 0);
    const end = start + Math.min(pageSize, asked.paged.size);
    return { entries: found.slice(start, end), cookie: end < found.length ? String(end) : '' };
  };

  const isTaken = (name: string, value: string, by: Held | null) =>
    value !== '' &&
    [...held.values()].some(
      (entry) => entry !== by && textsIn(entry, name).some((text) => lower(text) === lower(value)),
    );

  /** Why the domain would not have these values in the entry; null: it would. */
  const refusalOf = (values: Held['values'], by: Held | null, secret: string | null): LdapAnswer | null => {
    const text = (name: string) => values.get(name)?.[0]?.toString('utf8') ?? '';
    if (text('title').length > 128) return refusals.long;
    if (isTaken('sAMAccountName', text('samaccountname'), by)) return refusals.exists;
    if (isTaken('userPrincipalName', text('userprincipalname'), by)) return refusals.principal;
    for (const some of values.values())
      if (some.some((value) => value.length === 0)) return { code: 21, detail: '00000057' };
    const isEnabled = values.has('useraccountcontrol') && (Number(text('useraccountcontrol')) & 2) === 0;
    return isEnabled && secret === null ? refusals.policy : null;
  };

  const add = (dn: string, values: Readonly<Record<string, readonly Buffer[]>>): LdapAnswer => {
    if (one(parentOf(dn)) === undefined) return refusals.missing;
    if (held.has(lower(dn))) return refusals.exists;
    const kept = new Map(Object.entries(values).map(([name, some]) => [lower(name), [...some]]));
    if (kept.has('unicodepwd')) return refusals.policy;
    const refusal = refusalOf(kept, null, null);
    if (refusal !== null) return refusal;
    put(dn, {
      ...Object.fromEntries(kept),
      ...userMarks,
      cn: [unescaped(dn.slice(0, dn.length - parentOf(dn).length - 1))],
    });
    return {};
  };

  const changed = (values: Held['values'], { how, attribute, values: some }: LdapStep): LdapAnswer | null => {
    const name = lower(attribute);
    const present = values.get(name) ?? [];
    const isIn = (list: readonly Buffer[], value: Buffer) =>
      list.some((other) => lower(String(other)) === lower(String(value)));
    if (how === 'add' && some.some((value) => isIn(present, value))) return refusals.member;
    if (how === 'delete' && some.some((value) => !isIn(present, value))) return refusals.stranger;
    if (how === 'add' && name === 'member' && some.some((value) => one(value.toString('utf8')) === undefined))
      return refusals.missing;
    const next =
      how === 'replace'
        ? [...some]
        : how === 'add'
          ? [...present, ...some]
          : present.filter((value) => !isIn(some, value));
    if (next.length === 0) values.delete(name);
    else values.set(name, next);
    return null;
  };

  const modify = (entry: Held, steps: readonly LdapStep[]): LdapAnswer => {
    const values = new Map(entry.values);
    let secret = entry.password;
    for (const step of steps) {
      if (lower(step.attribute) === 'unicodepwd') {
        const said = step.values[0]?.toString('utf16le') ?? '';
        if (!/^".{7,}"$/s.test(said)) return refusals.policy;
        secret = said.slice(1, -1);
        continue;
      }
      const refusal = changed(values, step);
      if (refusal !== null) return refusal;
    }
    const refusal = refusalOf(values, entry, secret);
    if (refusal !== null) return refusal;
    Object.assign(entry, { values, password: secret });
    return {};
  };

  const rename = (entry: Held, rdn: string, below: string | null): LdapAnswer => {
    const dn = `${rdn},${below ?? parentOf(entry.dn)}`;
    if (below !== null && one(below) === undefined) return refusals.missing;
    if (held.has(lower(dn)) && held.get(lower(dn)) !== entry) return refusals.exists;
    const before = entry.dn;
    for (const group of groupsOf(entry))
      group.values.set(
        'member',
        (group.values.get('member') ?? []).map((value) => (lower(String(value)) === lower(before) ? bytes(dn) : value)),
      );
    held.delete(lower(before));
    entry.dn = dn;
    entry.values.set('cn', [bytes(unescaped(rdn))]);
    held.set(lower(dn), entry);
    return {};
  };

  const write = (change: LdapWrite): LdapAnswer => {
    if (change.kind === 'add') return add(change.dn, change.values);
    const entry = one(change.dn);
    if (entry === undefined) return refusals.missing;
    if (change.kind === 'modify') return modify(entry, change.steps);
    if (change.kind === 'rename') return rename(entry, change.rdn, change.below);
    for (const group of groupsOf(entry))
      group.values.set(
        'member',
        (group.values.get('member') ?? []).filter((value) => lower(String(value)) !== lower(entry.dn)),
      );
    held.delete(lower(entry.dn));
    return {};
  };

  return { one, textsIn, put, search, write, everything: () => [...held.values()] };
}

/** What the domain itself writes into a user. */
export const userMarks = { sAMAccountType: ['805306368'], objectCategory: ['person'] };
const rootEntry = (usn: number): LdapEntry => ({
  dn: '',
  values: {
    ...{ defaultNamingContext: domainBase, dsServiceName: `CN=NTDS Settings,CN=DC1,${domainBase}` },
    ...{ highestCommittedUSN: String(usn), supportedControl: ['1.2.840.113556.1.4.319'] },
  },
});

/** All its bytes are below 0x80, so that they survive as text: it ends with its number. */
export const guidText = (guid: Buffer) => {
  const hex = guid.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
