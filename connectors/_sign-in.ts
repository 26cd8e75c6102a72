import { z } from 'zod';
import { HostRefused } from './_failure.ts';
import { type HttpSettings, httpClient } from './_http.ts';

/** Metadata, keys and tokens are some kilobytes. */
const mostBytes = 512 * 1024;

/** What tests may have otherwise. */
type Settings = { now(): number } & Partial<Pick<HttpSettings, 'resolve'>>;
type Asked = {
  allowHosts: readonly string[];
  headers?: Readonly<Record<string, string>> | undefined;
  /** Fields of a form: it is posted. */
  form?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds. */
  deadline: number;
  signal: AbortSignal;
};

/**
 * Calls a provider that people sign in with at the addresses it names itself: public ones over https alone unless hosts are allowed,
 * once, without redirects, half a megabyte at most. Answers the text of a good answer, null where the address may not be called, and
 * throws ConnectorError and nothing else.
 */
export function signInCalls(settings: Settings): { ask(address: string, asked: Asked): Promise<string | null> } {
  return {
    async ask(address, { allowHosts, headers = {}, form, deadline, signal }) {
      const url = addressOf(address);
      if (url === null) return null;
      const http = httpClient({
        ...{ name: url.host, baseUrl: url.href, allowHosts, maxBytes: mostBytes, deadline, headers },
        ...settings,
      });
      try {
        const what = { path: [], schema: z.string(), text: true, signal };
        const answer = await http.send(
          form === undefined ? { method: 'GET', ...what } : { method: 'POST', form, ...what },
        );
        return answer.body;
      } catch (error) {
        if (error instanceof HostRefused) return null;
        throw error;
      } finally {
        http.close();
      }
    },
  };
}

function addressOf(text: string): URL | null {
  const url = URL.parse(text);
  const isGood = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isGood && url.hash === '' ? url : null;
}
