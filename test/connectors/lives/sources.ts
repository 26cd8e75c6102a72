import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEntra } from '../../fakes/entra.ts';
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
  stop(): Promise<void>;
};

/** How each directory is begun. */
export const sources: Readonly<Record<string, () => Promise<Source>>> = {
  ...{ csv: csvSource, onelogin: oneLoginSource, 'entra-id': entraSource },
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

export const changedIn = (known: readonly Colleague[], people: readonly Colleague[]): Colleague[] => {
  const before = new Map(known.map((one) => [one.number, JSON.stringify(one)]));
  return people.filter((one) => before.get(one.number) !== JSON.stringify(one));
};

export const goneFrom = (known: readonly Colleague[], people: readonly Colleague[]): Colleague[] =>
  known.filter(({ number }) => !people.some((one) => one.number === number));
