import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEntra } from '../../fakes/entra.ts';
import { startGoogle } from '../../fakes/google.ts';
import { startLdapDomain } from '../../fakes/ldap-domain.ts';
import { startOneLogin } from '../../fakes/onelogin.ts';

/** Somebody of the company as every directory knows them. */
export type Colleague = { number: number; givenName: string; familyName: string; email: string; title: string };

/** A directory of the company that tests write into as its own administrators do. */
export type Source = {
  /** The directory of the configuration, and the environment its secrets are in. */
  directory: object;
  env: Readonly<Record<string, string>>;
  /** Everybody who is there, whole: new ones, changed ones, and whoever is missing has left. */
  put(people: readonly Colleague[]): void | Promise<void>;
  /** Told once the bot serves there: a source that pushes gets its token by the command line. */
  ready?(url: string, run: (...args: string[]) => Promise<string>): Promise<void>;
  stop(): Promise<void>;
};

/** How each directory is begun. */
export const sources: Readonly<Record<string, () => Promise<Source>>> = {
  csv: csvSource,
  onelogin: oneLoginSource,
  'active-directory': activeDirectorySource,
  'entra-id': entraSource,
  'google-workspace': googleSource,
  'scim-inbound': pushingSource,
};

async function csvSource(): Promise<Source> {
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-hr-'));
  const file = join(dir, 'people.csv');
  const columns = { employeeId: 'Id', givenName: 'First', familyName: 'Last', email: 'Mail', title: 'Title' };
  const lineOf = ({ number, givenName, familyName, email, title }: Colleague) =>
    [number, givenName, familyName, email, title].join(',');
  return {
    directory: { connector: 'csv', config: { file, key: 'Id', columns } },
    env: {},
    put: (people) => writeFileSync(file, ['Id,First,Last,Mail,Title', ...people.map(lineOf), ''].join('\n')),
    stop: async () => rmSync(dir, { recursive: true }),
  };
}

async function oneLoginSource(): Promise<Source> {
  const fake = await startOneLogin();
  const { clientSecret, ...config } = fake.config;
  let known: readonly Colleague[] = [];
  return {
    directory: { connector: 'onelogin', config: { ...config, clientSecret: '${LIFE_SECRET}' } },
    env: { LIFE_SECRET: clientSecret },
    put(people) {
      for (const { number, givenName, familyName, email, title } of changedIn(known, people))
        fake.put({ id: number, email, firstname: givenName, lastname: familyName, title });
      for (const { number } of goneFrom(known, people)) fake.remove(number);
      known = people;
    },
    stop: () => fake.stop(),
  };
}

async function entraSource(): Promise<Source> {
  const fake = await startEntra();
  const { auth, ...config } = fake.config;
  const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  let known: readonly Colleague[] = [];
  return {
    directory: {
      connector: 'entra-id',
      config: { ...config, auth: { ...auth, clientSecret: '${LIFE_ENTRA_SECRET}' } },
    },
    env: { LIFE_ENTRA_SECRET: auth.clientSecret },
    put(people) {
      for (const { number, givenName, familyName, email, title } of changedIn(known, people)) {
        const names = { userPrincipalName: email, mail: email, givenName, surname: familyName };
        fake.tenant.put({ id: idOf(number), ...names, jobTitle: title });
      }
      for (const { number } of goneFrom(known, people)) fake.tenant.remove(idOf(number));
      known = people;
    },
    stop: () => fake.stop(),
  };
}

async function activeDirectorySource(): Promise<Source> {
  const domain = await startLdapDomain({ pageSize: 500 });
  const { organizationalUnit: _unit, groupBase: _groups, password, ...reached } = domain.connection;
  const ids = new Map<number, string>();
  let known: readonly Colleague[] = [];
  return {
    directory: {
      connector: 'active-directory',
      // That server keeps no log of changes; the tests on a real controller read by changes.
      config: { ...reached, password: '${LIFE_SECRET}', changes: 'none' },
    },
    env: { LIFE_SECRET: password },
    put(people) {
      for (const one of changedIn(known, people)) {
        const { number, givenName, familyName, email, title } = one;
        const id = ids.get(number) ?? domain.user(`p${number}`, domain.people);
        ids.set(number, id);
        for (const [name, value] of Object.entries({ givenName, sn: familyName, mail: email, title }))
          domain.set(id, name, value);
      }
      for (const { number } of goneFrom(known, people)) domain.set(ids.get(number) ?? '', 'userAccountControl', '514');
      known = people;
    },
    stop: () => domain.stop(),
  };
}

async function googleSource(): Promise<Source> {
  const fake = await startGoogle();
  const { auth, ...settings } = fake.settings;
  const ids = new Map<number, string>();
  let known: readonly Colleague[] = [];
  return {
    directory: {
      connector: 'google-workspace',
      config: { ...settings, auth: { ...auth, privateKey: '${LIFE_SECRET}' } },
    },
    env: { LIFE_SECRET: auth.privateKey },
    put(people) {
      for (const { number, givenName, familyName, email, title } of changedIn(known, people)) {
        const id = ids.get(number);
        const user = {
          ...{ primaryEmail: email, name: { givenName, familyName }, password: randomUUID() },
          organizations: [{ title, primary: true }],
        };
        if (id === undefined) ids.set(number, fake.tenant.insert(user).id);
        else Object.assign(fake.tenant.users.get(id) ?? {}, user);
      }
      for (const { number } of goneFrom(known, people)) {
        const user = fake.tenant.users.get(ids.get(number) ?? '');
        if (user !== undefined) fake.tenant.remove(user);
      }
      known = people;
    },
    stop: () => fake.stop(),
  };
}

/** Its people are pushed to the bot, as Okta and Entra ID do. */
async function pushingSource(): Promise<Source> {
  const ids = new Map<number, string>();
  let known: readonly Colleague[] = [];
  let base = '';
  let token = '';
  const push = async (method: string, path: string, body?: object): Promise<{ id?: string }> => {
    const answer = await fetch(`${base}/${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? {} : ((await answer.json()) as { id?: string });
  };
  return {
    directory: { connector: 'scim-inbound' },
    env: {},
    async ready(url, run) {
      base = `${url}/scim/v2/hr`;
      token = /^\S{20,}$/m.exec(await run('directory', 'token', 'hr'))?.[0] ?? '';
    },
    async put(people) {
      if (token === '') return;
      for (const { number, givenName, familyName, email, title } of changedIn(known, people)) {
        const user = {
          ...{ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: email, externalId: `e${number}` },
          ...{ name: { givenName, familyName }, emails: [{ value: email, primary: true }], title, active: true },
        };
        const id = ids.get(number);
        const { id: given = '' } = await (id === undefined
          ? push('POST', 'Users', user)
          : push('PUT', `Users/${id}`, user));
        ids.set(number, given);
      }
      for (const { number } of goneFrom(known, people)) await push('DELETE', `Users/${ids.get(number)}`);
      known = people;
    },
    stop: async () => undefined,
  };
}

export const changedIn = (known: readonly Colleague[], people: readonly Colleague[]): Colleague[] => {
  const before = new Map(known.map((one) => [one.number, JSON.stringify(one)]));
  return people.filter((one) => before.get(one.number) !== JSON.stringify(one));
};

export const goneFrom = (known: readonly Colleague[], people: readonly Colleague[]): Colleague[] =>
  known.filter(({ number }) => !people.some((one) => one.number === number));
