import { z } from 'zod';
import { refused } from '../core/errors.ts';
import type { SentRequest } from '../core/saml.ts';

/** Bytes of a RelayState. The standard says 80 (SAML 2.0 bindings, section 3.4.3), which hardly any app keeps to. */
const longestState = 2_048;
const single = ['SAMLRequest', 'RelayState', 'SAMLEncoding', 'SigAlg', 'Signature'] as const;

const Form = z.object({ SAMLRequest: z.string().min(1), RelayState: z.string().optional() });

const startAnew = 'Go back to the app and sign on once more; if it happens again, tell whoever runs the app.';
const unreadable = (message: string) => refused('saml-request', message, startAnew);
const nothingSent = () =>
  refused(
    'saml-request',
    'No app asked for anything here',
    'Open the app and sign on there, or type `/provision sign-on` in Slack.',
  );

/**
 * A request that came in the address; `query` as it stood there, without its question mark.
 * @throws RollcallError `saml-request` (show) where it holds none, or one part of it twice
 */
export function sentByRedirect(query: string): SentRequest {
  const parameters = new URLSearchParams(query);
  for (const name of single) if (parameters.getAll(name).length > 1) throw twice(name);
  if (!parameters.get('SAMLRequest')) throw nothingSent();
  checkState(parameters.get('RelayState'));
  return { binding: 'redirect', query };
}

/** A request that came as a form. @throws likewise */
export function sentByForm(body: unknown): SentRequest {
  const sent: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  for (const name of single) if (Array.isArray(sent[name])) throw twice(name);
  const form = Form.safeParse(sent);
  if (!form.success) throw nothingSent();
  const { SAMLRequest: samlRequest, RelayState: relayState = null } = form.data;
  checkState(relayState);
  return { binding: 'post', samlRequest, relayState };
}

const twice = (name: (typeof single)[number]) => unreadable(`The app’s request has ${name} more than once`);

function checkState(relayState: string | null): void {
  if (relayState !== null && Buffer.byteLength(relayState) > longestState)
    throw unreadable(`The RelayState of the app’s request is longer than ${longestState} bytes`);
}
