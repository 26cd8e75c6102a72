import { randomUUID } from 'node:crypto';
import {
  AndFilter,
  EqualityFilter,
  type Filter,
  GreaterThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
} from 'ldapts';
import {
  type LdapAnswer,
  type LdapEntry,
  type LdapSearch,
  type LdapStep,
  type LdapWrite,
  startLdapServer,
  wrongPassword,
} from './ldap-server.ts';

/** One request as it came: `bind`, `search`, or what is changed. */
export type LdapAsked = { kind: 'bind' | 'search' | LdapWrite['kind']; about: string };
/** The answer in the place of the right one; `effect`: what was asked for happens all the same. */
export type LdapFault = LdapAnswer & { effect?: true };
type Plan = { at: (asked: LdapAsked, index: number) => boolean; fault: LdapFault; hit?: () => void };

type Held = { dn: string; guid: Buffer; values: Map<string, Buffer[]>; password: string | null };

export const domainBase = 'DC=fake,DC=test';
const suffix = '@fake.test';
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

const lower = (text: string) => text.toLowerCase();
const bytes = (text: string) => Buffer.from(text, 'utf8');
const parentOf = (dn: string) => /^(?:\\.|[^\\,])*,(.*)$/s.exec(dn)?.[1] ?? '';
const unescaped = (rdn: string) => rdn.replace(/^CN=/i, '').replace(/\\(.)/g, '$1');

/** A domain that says no as Windows does: one password for the service account, a page of `pageSize` rows at most. */
export async function startLdapDomain({ pageSize = 3 } = {}) {
  const password = `Aa1-${randomUUID()}`;
  const held = new Map<string, Held>();
  let count = 0;
  let log: LdapAsked[] = [];
  let plans: Plan[] = [];
  let late: (() => unknown)[] = [];

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
    if (asked.base === '') return { entries: [rootEntry] };
    const base = one(asked.base);
    if (base === undefined) return refusals.missing;
    const wanted = new Set(asked.attributes.map(lower));
    const found = [...held.values()]
      .filter((entry) => inScope(entry, base.dn, asked.scope))
      .map((entry) => ({ entry, values: computed(entry) }))
      .filter(({ values }) => matches(values, asked.parsed))
      .map(({ entry, values }): LdapEntry => {
        const shown = [...values].filter(([name, some]) => wanted.has(name) && some.length > 0);
        const child = wanted.has('allowedchildclasseseffective') ? { allowedChildClassesEffective: [...rights] } : {};
        return { dn: entry.dn, values: { ...Object.fromEntries(shown), ...child } };
      });
    if (asked.paged === null) return { entries: found };
    const start = Number(asked.paged.cookie || 0);
    const end = start + Math.min(pageSize, asked.paged.size);
    return { entries: found.slice(start, end), cookie: end < found.length ? String(end) : '' };
  };

  let rights: string[] = ['user', 'computer'];
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

  const signIn = (name: string, said: string): LdapAnswer => {
    if (name === `rollcall${suffix}`) return said === password ? {} : wrongPassword;
    const entry = [...held.values()].find((candidate) =>
      textsIn(candidate, 'userPrincipalName').some((text) => lower(text) === lower(name)),
    );
    if (entry === undefined || entry.password !== said) return wrongPassword;
    return (Number(textsIn(entry, 'userAccountControl')[0]) & 2) === 0 ? {} : wrongPassword;
  };

  /** Answers what came, or goes wrong where the plan says so. */
  const answered = (asked: LdapAsked, right: () => LdapAnswer): LdapAnswer => {
    log.push(asked);
    const plan = plans.find(({ at }) => at(asked, log.length - 1));
    if (plan === undefined) return right();
    const { fault, hit } = plan;
    plans = plans.filter((other) => other !== plan);
    if (fault.effect === true) right();
    else late.push(right);
    hit?.();
    return fault;
  };

  const server = await startLdapServer(
    password,
    (asked) => answered({ kind: 'search', about: asked.filter }, () => search(asked)),
    {
      signIn: (name, said) => answered({ kind: 'bind', about: name }, () => signIn(name, said)),
      write: (change) => answered({ kind: change.kind, about: JSON.stringify(change) }, () => write(change)),
    },
  );

  const unit = (name: string, below = domainBase) =>
    put(`OU=${name},${below}`, { objectClass: ['organizationalUnit'] }).dn;
  const group = (name: string, below: string, more: Record<string, string[]> = {}) =>
    put(`CN=${name},${below}`, { objectClass: ['group'], objectCategory: ['group'], sAMAccountName: [name], ...more })
      .dn;
  put(domainBase, { objectClass: ['domainDNS'] });
  const [people, groups] = [unit('People'), unit('Groups')];
  const found = (dn: string): Held => {
    const entry = one(dn);
    if (entry === undefined) throw new Error(`there is no ${dn}`);
    return entry;
  };

  return {
    ...{ people, groups, unit, group, host: server.host, password },
    connection: {
      ...{ url: server.url, ca: server.ca, serverName: server.host, allowHosts: ['127.0.0.1'] },
      ...{ user: `rollcall${suffix}`, password, base: people, organizationalUnit: people, groupBase: groups, pageSize },
    },
    /** A user past everything; its id. */
    user: (name: string, below: string, values: Readonly<Record<string, readonly string[]>> = {}) =>
      guidText(
        put(`CN=${name},${below}`, {
          ...{ objectClass: ['user'], sAMAccountName: [name], userAccountControl: ['512'], cn: [name] },
          ...{ ...userMarks, ...values },
        }).guid,
      ),
    idOf: (dn: string) => guidText(found(dn).guid),
    dnOf: (id: string) => found(`<GUID=${id}>`).dn,
    has: (dn: string) => one(dn) !== undefined,
    valuesOf: (id: string, name: string) => textsIn(found(`<GUID=${id}>`), name),
    set: (id: string, name: string, ...values: string[]) =>
      void found(`<GUID=${id}>`).values.set(lower(name), values.map(bytes)),
    give: (id: string, said: string) => {
      found(`<GUID=${id}>`).password = said;
    },
    passwordOf: (id: string) => found(`<GUID=${id}>`).password,
    join: (groupDn: string, id: string) => {
      const { values } = found(groupDn);
      values.set('member', [...(values.get('member') ?? []), bytes(found(`<GUID=${id}>`).dn)]);
    },
    membersOf: (groupDn: string) => textsIn(found(groupDn), 'member').map((dn) => guidText(found(dn).guid)),
    /** Classes the service account may make. */
    allow: (...classes: string[]) => {
      rights = classes;
    },
    /** Forgets what came; of each plan the first request that fits `at` goes wrong, once. */
    begin: (...next: Plan[]) => {
      log = [];
      late = [];
      plans = next;
    },
    passed: (): readonly LdapAsked[] => log,
    /** What was asked and not answered has its effect now. */
    catchUp: () => {
      for (const right of late) right();
      late = [];
    },
    signIn: (name: string, said: string) => signIn(name, said).code === undefined,
    stop: server.stop,
  };
}
export type LdapDomain = Awaited<ReturnType<typeof startLdapDomain>>;

const userMarks = { sAMAccountType: ['805306368'], objectCategory: ['person'] };
const rootEntry: LdapEntry = {
  dn: '',
  values: {
    ...{ defaultNamingContext: domainBase, dsServiceName: `CN=NTDS Settings,CN=DC1,${domainBase}` },
    ...{ highestCommittedUSN: '1', supportedControl: ['1.2.840.113556.1.4.319'] },
  },
};

/** All its bytes are below 0x80, so that they survive as text: it ends with its number. */
const guidText = (guid: Buffer) => {
  const hex = guid.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
