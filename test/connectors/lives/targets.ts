import { randomUUID } from 'node:crypto';
import { startEntra } from '../../fakes/entra.ts';
import { startFaultServer } from '../../fakes/fault-server.ts';
import { vendors } from '../../fakes/scim-vendors.ts';

/** What an app has of somebody. */
export type Seen = { title: string | null; active: boolean };

/** An app that tests look into as its own administrators do. */
export type Sink = {
  /** The app of the configuration without its name, and the environment its secrets are in. */
  app: { connector: string; connection: object } & Record<string, unknown>;
  env: Readonly<Record<string, string>>;
  /** Every account, by e-mail address. */
  accounts(): Promise<Readonly<Record<string, Seen>>>;
  stop(): Promise<void>;
};

/** How each app is begun. */
export const sinks: Readonly<Record<string, () => Promise<Sink>>> = {
  scim: scimSink,
  aws: awsSink,
  'entra-id': entraSink,
};

type ScimUser = { userName: string; title?: string; active: boolean };

async function scimSink(): Promise<Sink> {
  const token = randomUUID();
  const server = await startFaultServer({ token });
  const auth = { type: 'bearer', token: '${LIFE_SCIM_TOKEN}' };
  return {
    app: { connector: 'scim', connection: { baseUrl: server.baseUrl, auth, allowHosts: ['127.0.0.1'] } },
    env: { LIFE_SCIM_TOKEN: token },
    async accounts() {
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch(`${server.baseUrl}/Users?count=100`, { headers });
      const { Resources = [] } = (await answer.json()) as { Resources?: ScimUser[] };
      return Object.fromEntries(
        Resources.map(({ userName, title = null, active }): [string, Seen] => [userName, { title, active }]),
      );
    },
    stop: () => server.stop(),
  };
}

/** AWS IAM Identity Center, which makes no account without a display name: not every directory gives one. */
async function awsSink(): Promise<Sink> {
  const token = randomUUID();
  const server = await startFaultServer({ token, vendor: vendors.aws });
  const auth = { type: 'bearer', token: '${LIFE_AWS_TOKEN}' };
  return {
    app: {
      ...{ connector: 'scim' },
      connection: { baseUrl: server.baseUrl, auth, profile: 'aws', allowHosts: ['127.0.0.1'] },
      parameters: [{ target: 'displayName', template: '{{ givenName }} {{ familyName }}' }],
    },
    env: { LIFE_AWS_TOKEN: token },
    accounts: async () =>
      Object.fromEntries(
        [...server.app.users.values()].map(({ userName, title, active }): [string, Seen] => [
          String(userName),
          { title: typeof title === 'string' ? title : null, active: active === true },
        ]),
      ),
    stop: () => server.stop(),
  };
}

async function entraSink(): Promise<Sink> {
  const fake = await startEntra();
  const { auth, ...connection } = fake.config;
  return {
    app: {
      connector: 'entra-id',
      connection: { ...connection, auth: { ...auth, clientSecret: '${LIFE_CLOUD_SECRET}' } },
    },
    env: { LIFE_CLOUD_SECRET: auth.clientSecret },
    accounts: async () =>
      Object.fromEntries(
        [...fake.tenant.users.values()].map(({ userPrincipalName, jobTitle, accountEnabled }): [string, Seen] => {
          const title = typeof jobTitle === 'string' ? jobTitle : null;
          return [userPrincipalName, { title, active: accountEnabled }];
        }),
      ),
    stop: () => fake.stop(),
  };
}
