import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { connector } from '../../connectors/saml.ts';
import { Config } from '../../src/core/config.ts';
import type { DirectoryConnector, RawRecord, TargetConnector } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import type { Person } from '../../src/core/model.ts';
import type { ServiceProvider } from '../../src/core/saml.ts';
import type { SamlSetup } from '../../src/core/saml-schema.ts';
import { buildEngine } from '../../src/engine/ground.ts';
import { systemClock, systemRandom } from '../../src/engine/system-clock.ts';
import { createSaml } from '../../src/saml/saml.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { samlRouter } from '../../src/web/saml.ts';
import { silent } from '../engine/company.ts';
import { memoryDirectory } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';
import { postingOf } from '../web/saml-world.ts';

/** The app people sign on to, as `saml` and `parameters` say. */
const configOf = (saml: Partial<SamlSetup> & Pick<SamlSetup, 'entityId' | 'acs'>): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'] },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Staff', apps: ['lab'] }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps: [
      {
        ...{ name: 'lab', title: 'Lab', connector: 'saml', saml },
        parameters: [
          { target: 'title', from: 'title' },
          { target: 'groups', from: 'memberOf' },
        ],
      },
    ],
  });

/** Rollcall with its pages of signing on, at an address of this machine and in real time, which may be `ahead`. */
export async function startSignOnBot(rows: readonly RawRecord[]) {
  const time = { ahead: 0 };
  const clock = { ...systemClock, now: () => Date.now() + time.ahead };
  const front = express().disable('x-powered-by');
  const server = createServer(front);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const directory = memoryDirectory([...rows]).connector as DirectoryConnector;
  const connectors = {
    targets: new Map([[connector.name, connector as TargetConnector]]),
    directories: new Map([[directory.name, directory]]),
  };
  const store = memoryStore();
  const ground = { store, connectors, clock, random: systemRandom, log: silent, publicUrl, secret: () => undefined };
  const engine = await buildEngine({ ...ground, ...testSealing(), saml: createSaml({ now: clock.now }) });
  const { useCases } = engine;
  front.use('/saml', samlRouter({ useCases, clock, log: silent, publicUrl }));
  engine.start();

  const inSlack = (name: string) => ({ team: 'T1', user: `U${name}` });
  const personOf = async (name: string): Promise<Person> => {
    const [person] = await store.people.byRecords('hr', [name]);
    if (person === undefined) throw new Error(`no person ${name}`);
    return person;
  };
  const linkFor = async (name: string): Promise<string> => {
    const offer = await useCases.signOnLink(await personOf(name), 'lab', inSlack(name));
    if (offer.result !== 'link') throw new Error(offer.text);
    return offer.link;
  };
  return {
    ...{ publicUrl, time, useCases, linkFor },
    /** The app is set up as its metadata says, and everybody is known. */
    async setUp({ entityId, acs, requestsSigned, certificates }: ServiceProvider, more: Partial<SamlSetup> = {}) {
      const setup = { entityId, acs: [...acs], requestsSigned, certificates: [...certificates], ...more };
      engine.connections.use(configOf(setup));
      await engine.configure(configOf(setup), system('test'));
      await useCases.sync(null, system('test'));
      for (const { externalId: name, attributes } of rows) {
        const profile = { name, guest: false, bot: false, deleted: false, stranger: false };
        await useCases.identify(inSlack(name), { ...profile, email: String(attributes.email) });
      }
    },
    /** What a press on the page of a link makes the browser post to the app. */
    async responseFor(name: string): Promise<Record<string, string>> {
      const pressed = await fetch(await linkFor(name), { method: 'POST', headers: { Origin: publicUrl } });
      return postingOf(await pressed.text()).fields;
    },
    /** The numbers in the message that person's Slack shows now, and what picking one comes to. */
    async pick(name: string, number: number) {
      const due = await store.outbox.due(clock.now(), 100);
      const asked = await Promise.all(
        due.filter(({ kind }) => kind === 'numbers').map(({ subject }) => useCases.numbersMessage(subject)),
      );
      const open = asked.find((message) => message?.state === 'open');
      if (open === null || open === undefined) throw new Error('nothing is asked');
      return useCases.pickNumber(open.id, number, await personOf(name));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await engine.stop();
    },
  };
}
export type SignOnBot = Awaited<ReturnType<typeof startSignOnBot>>;
