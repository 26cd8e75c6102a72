import { randomUUID } from 'node:crypto';
import { type LdapAnswer, type LdapWrite, startLdapServer, wrongPassword } from './ldap-server.ts';
import { bytes, createLdapTree, domainBase, guidText, type LdapHeld, lower, userMarks } from './ldap-tree.ts';

/** One request as it came: `bind`, `search`, or what is changed. */
export type LdapAsked = { kind: 'bind' | 'search' | LdapWrite['kind']; about: string };
/** The answer in the place of the right one; `effect`: what was asked for happens all the same. */
export type LdapFault = LdapAnswer & { effect?: true };
type Plan = { at: (asked: LdapAsked, index: number) => boolean; fault: LdapFault; hit?: () => void };

const suffix = '@fake.test';

/** A domain that says no as Windows does: one password for the service account, a page of `pageSize` rows at most. */
export async function startLdapDomain({ pageSize = 3 } = {}) {
  const password = `Aa1-${randomUUID()}`;
  const { one, textsIn, put, search, write, everything } = createLdapTree(pageSize);
  let log: LdapAsked[] = [];
  let plans: Plan[] = [];
  let late: (() => unknown)[] = [];

  const signIn = (name: string, said: string): LdapAnswer => {
    if (name === `rollcall${suffix}`) return said === password ? {} : wrongPassword;
    const entry = everything().find((candidate) =>
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
  const found = (dn: string): LdapHeld => {
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
