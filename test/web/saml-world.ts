import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { connector } from '../../connectors/saml.ts';
import type { Config } from '../../src/core/config.ts';
import type { SlackIdentity } from '../../src/core/model.ts';
import type { NumbersMessage } from '../../src/engine/sign-on/sign-ons.ts';
import { createSaml } from '../../src/saml/saml.ts';
import { samlRouter } from '../../src/web/saml.ts';
import type { SamlWebDeps } from '../../src/web/saml-links.ts';
import { company } from '../engine/company.ts';
import { keptLog } from '../engine/recording-store.ts';
import { row } from '../fakes/memory-directory.ts';
import { redirected, requestOf as requestFrom, signOnConfig, sp } from '../fakes/sign-on.ts';

export const publicUrl = 'https://rollcall.acme.test';
export const acs = 'https://wiki.acme.test/saml/acs';
const { entityId } = sp('wiki');

/** Zoe may sign on to the wiki; Max has no role that gives it. */
const configOf = (title: string): Config =>
  signOnConfig({ department: 'Writing', apps: [{ name: 'wiki', title, connector: 'saml', saml: sp('wiki') }] });

/** What the wiki asks with. */
export const requestOf = (now: number, inside = '', id = '_r1') => requestFrom(entityId, now, inside, id);
export { redirected };
export const posted = (xml: string, more: Record<string, string> = {}): Record<string, string> => ({
  ...{ SAMLRequest: Buffer.from(xml).toString('base64') },
  ...more,
});

/** Only the pages, on loopback. Each request is of the address it names in `x-forwarded-for`, so that a test may be many. */
export async function serve(
  useCases: SamlWebDeps['useCases'],
  { lines = [], now = Date.now, at = publicUrl }: { lines?: string[]; now?: () => number; at?: string } = {},
) {
  const front = express().disable('x-powered-by').set('trust proxy', true);
  front.use('/saml', samlRouter({ useCases, clock: { now }, log: keptLog(lines), publicUrl: at }));
  const server = createServer(front);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const call = (path: string, init: RequestInit = {}) => fetch(`${url}/saml${path}`, { redirect: 'manual', ...init });
  return {
    ...{ url, port, call, lines },
    get: (path: string, headers: Record<string, string> = {}) => call(path, { headers }),
    form: (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = { Origin: url }) =>
      call(path, { method: 'POST', headers, body: new URLSearchParams(fields) }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One key for all the companies of a file: they take long to make. */
const written = createSaml({ now: Date.now });
let key: ReturnType<typeof written.makeKey> | undefined;
const saml = {
  ...written,
  makeKey(of: Parameters<typeof written.makeKey>[0]) {
    key ??= written.makeKey(of);
    return key;
  },
};

const inSlack = (name: string): SlackIdentity => ({ team: 'T1', user: `U${name}` });

/** A company with an app people sign on to, and the pages of signing on. */
export async function openSaml({ title = 'Wiki', at = publicUrl }: { title?: string; at?: string } = {}) {
  const rows = [row('ada'), row('zoe', { department: 'Writing' }), row('max')];
  const acme = await company(rows, configOf(title), { also: connector, saml });
  await acme.sync();
  const { useCases } = acme.engine;
  for (const name of ['ada', 'zoe', 'max']) {
    const rest = { name, guest: false, bot: false, deleted: false, stranger: false };
    await useCases.identify(inSlack(name), { ...rest, email: `${name}@acme.test` });
  }
  const now = acme.time.clock.now;
  const pages = await serve(useCases, { now, at });
  let requests = 0;
  return {
    ...{ acme, useCases, now, ...pages },
    /** A link as Slack shows it to a person alone: its token. */
    async link(name = 'zoe'): Promise<string> {
      const offer = await useCases.signOnLink(await acme.personOf(name), 'wiki', inSlack(name));
      if (offer.result !== 'link') throw new Error(offer.text);
      return offer.link.split('/saml/go/')[1] ?? 'none';
    },
    /** An app sends a browser here, with a request of its own: the page it is sent on to, and the cookie it carries. */
    async arrive(more: Record<string, string> = {}): Promise<{ path: string; cookie: string; response: Response }> {
      const response = await pages.get(`/sso?${redirected(requestOf(now(), '', `_r${++requests}`), more)}`);
      const path = (response.headers.get('location') ?? '').replace(/^\/saml/, '');
      return { path, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '', response };
    },
    /** The messages with numbers that wait to be sent. */
    async numbers(): Promise<NumbersMessage[]> {
      const due = await acme.store.outbox.due(now(), 1_000);
      const ids = due.filter(({ kind }) => kind === 'numbers').map(({ subject }) => subject);
      const messages = await Promise.all(ids.map((id) => useCases.numbersMessage(id)));
      return messages.filter((message) => message !== null);
    },
    /** The one that is to be answered. */
    async asked(): Promise<NumbersMessage> {
      const [message, ...others] = (await this.numbers()).filter(({ state }) => state === 'open');
      if (message === undefined || others.length > 0) throw new Error(`${others.length + 1} messages, or none`);
      return message;
    },
    async pick(number: number, by = 'zoe') {
      return useCases.pickNumber((await this.asked()).id, number, await acme.personOf(by));
    },
    async stop() {
      await pages.close();
      await acme.stop();
    },
  };
}
export type SamlWorld = Awaited<ReturnType<typeof openSaml>>;

/** What a page has to post, as a browser reads it. */
export function postingOf(page: string): { action: string; fields: Record<string, string> } {
  const plain = (text: string) =>
    text.replace(
      /&(lt|gt|quot|#39|amp);/g,
      (_, name) => ({ lt: '<', gt: '>', quot: '"', '#39': "'" })[name as string] ?? '&',
    );
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return {
    action: plain(/<form method="post" action="([^"]*)">/.exec(page)?.[1] ?? ''),
    fields: Object.fromEntries(fields.map(([, name = '', value = '']) => [name, plain(value)])),
  };
}
/** The response in it, XML. */
export const answerIn = (page: string): string =>
  Buffer.from(postingOf(page).fields.SAMLResponse ?? '', 'base64').toString('utf8');
