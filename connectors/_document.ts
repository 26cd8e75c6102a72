import { z } from 'zod';
import { ConnectorError } from '../src/core/connector.ts';
import { type HttpSettings, httpClient } from './_http.ts';

/** Metadata of one app is some kilobytes; whole federations are told by far more. */
const mostBytes = 1024 * 1024;
/** Of one reading, milliseconds. */
const deadline = 10_000;

/** What tests may have otherwise. */
type Settings = { now(): number } & Partial<Pick<HttpSettings, 'allowHosts' | 'deadline' | 'resolve'>>;

/**
 * Reads texts at addresses that people name, such as the metadata of an app: from public addresses over https alone unless hosts
 * are allowed, once, without redirects, a megabyte at most. It throws ConnectorError and nothing else.
 */
export function documents(settings: Settings): { read(url: string): Promise<string> } {
  return {
    async read(address) {
      const url = addressOf(address);
      const own = { name: url.host, baseUrl: url.href, allowHosts: [], maxBytes: mostBytes, deadline };
      const http = httpClient({ ...own, headers: { Accept: accepted }, ...settings });
      try {
        const signal = AbortSignal.timeout(settings.deadline ?? deadline);
        const answer = await http.send({ method: 'GET', path: [], schema: z.string(), text: true, signal });
        return answer.body;
      } catch (error) {
        throw error instanceof ConnectorError ? inWords(error) : error;
      } finally {
        http.close();
      }
    },
  };
}

const accepted = 'application/samlmetadata+xml, application/xml, text/xml, text/plain;q=0.8, */*;q=0.5';

function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    url.hash = '';
    return url;
  }
  throw new ConnectorError('rejected', 'none', 'This is no address that can be read.', {
    remedy: 'Write one such as https://app.example/saml/metadata, without credentials, or save the text to a file.',
  });
}

const otherwise = 'Open the address in a browser and save the text to a file: that is taken as well.';

/** Nobody has a connection here whose settings could be changed. */
const inWords = ({ kind, effect, message, cause }: ConnectorError): ConnectorError =>
  new ConnectorError(
    kind,
    effect,
    message.replace('would get its credentials over http, in clear', 'is asked over http, in clear'),
    {
      remedy: otherwise,
      cause,
    },
  );
