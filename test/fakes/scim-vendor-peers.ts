import { randomUUID } from 'node:crypto';
import { connector } from '../../connectors/scim/index.ts';
import type { ProfileName } from '../../connectors/scim/profiles/index.ts';
import { connectorFor, type NewAccount, type TargetConnector } from '../../src/core/connector.ts';
import type { Peer } from '../contracts/target.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { account, groupNames, scimPeer, token } from './scim-peers.ts';
import { vendors } from './scim-vendors.ts';

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
type Members = { value: string }[];

/** The app's own side, past its door: what a vendor refuses others, its console can do. */
export function insideOf({ app }: Pick<FaultServer, 'app'>) {
  const groupNamed = (value: string) => {
    const found = [...app.groups.values()].find(({ displayName }) => displayName === value);
    if (found === undefined) throw new Error(`there is no ${value} among the groups`);
    return found;
  };
  return {
    createGroup: (displayName: string): string => {
      const id = randomUUID();
      app.groups.set(id, { id, version: 1, displayName, members: [] });
      return id;
    },
    createAccount: async (userName: string): Promise<string> => {
      const id = randomUUID();
      const emails = [{ value: userName, primary: true, type: 'work' }];
      app.users.set(id, { id, version: 1, schemas, userName, emails, active: true });
      return id;
    },
    give: async (value: string, remoteId: string): Promise<void> => {
      const group = groupNamed(value);
      group.members = [...(group.members as Members), { value: remoteId }];
    },
    take: async (value: string, remoteId: string): Promise<void> => {
      const group = groupNamed(value);
      group.members = (group.members as Members).filter((member) => member.value !== remoteId);
    },
    holders: async (value: string): Promise<string[]> => (groupNamed(value).members as Members).map((one) => one.value),
  };
}

/** What beside the usual ones an account of this vendor needs or may have. */
const own: Partial<Record<ProfileName, NewAccount['attributes']>> = {
  'docker-hub': { dockerRole: 'member' },
  salesforce: { profile: '00e2x000000K4Yv' },
};

const attributes: Partial<Record<ProfileName, Peer['attributes']>> = {
  'github-organization': { changed: 'familyName', cleared: 'displayName', kept: 'givenName' },
  'github-enterprise': { changed: 'displayName', cleared: 'familyName', kept: 'givenName' },
  'docker-hub': { changed: 'familyName', cleared: 'dockerRole', kept: 'givenName' },
};

/** A server as strict as the vendor's page, on a loopback port. */
export async function startVendor(profile: ProfileName) {
  const server = await startFaultServer({ token, vendor: vendors[profile] });
  const inside = insideOf(server);
  for (const name of groupNames) inside.createGroup(name);
  return { server, inside };
}

/** The same as a peer of the contract kit. */
export async function startVendorPeer(profile: ProfileName): Promise<Peer> {
  const { server, inside } = await startVendor(profile);
  const shaped = connectorFor(connector as TargetConnector, { profile });
  const held = new Set(shaped.attributes.map(({ name }) => name));
  const accountOf = (n: number): NewAccount => {
    const usual = Object.entries(account(n).attributes).filter(([name]) => held.has(name));
    return { ...account(n), attributes: { ...Object.fromEntries(usual), ...own[profile] } };
  };
  // What is never deleted stays: its lists are long, and are read in longer pages.
  const pageSize = shaped.capabilities.delete === true ? 4 : 20;
  const { entitlement, outside: _, ...peer } = scimPeer(server.baseUrl, { pageSize }, server.stop);
  const unread = profile === 'aws' ? { unread: true as const } : {};
  return {
    ...peer,
    connector: shaped,
    connection: { ...peer.connection, profile },
    wrongSecret: { ...peer.wrongSecret, profile },
    account: accountOf,
    attributes: attributes[profile] ?? peer.attributes,
    pageSize,
    ...(profile === 'docker-hub' && { noExternalId: true as const }),
    ...(shaped.capabilities.entitlements === true &&
      entitlement !== undefined && { entitlement: { ...entitlement, ...unread }, outside: inside }),
  };
}
