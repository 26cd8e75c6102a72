import type { Secret } from '../../core/password.ts';
import type { OutboxItem } from '../mail-ports.ts';
import type { Deps } from '../ports.ts';

/** The message that tells a person of a page; what it shows follows from the secret, and its link is stored nowhere. */
const itemOf = (
  { id, person }: Pick<Secret, 'id' | 'person'>,
  nonce: string,
): Pick<OutboxItem, 'id' | 'kind' | 'subject' | 'to' | 'body'> => ({
  ...{ id: `once:${id}:${nonce}`, kind: 'once', subject: `${id} ${nonce}`, to: person, body: null },
});

/** The secret and the page a message is about. */
export function pageNamed(subject: string): { id: string; nonce: string } {
  const [id = '', nonce = ''] = subject.split(' ');
  return { id, nonce };
}

/** Asks for the message of a page to be sent, or to show what became of it. */
export async function wantPage(
  { store, clock, bell }: Pick<Deps, 'store' | 'clock' | 'bell'>,
  secret: Pick<Secret, 'id' | 'person' | 'page'>,
): Promise<void> {
  if (secret.page === null) return;
  await store.outbox.want(itemOf(secret, secret.page.nonce), clock.now());
  bell.ring('outbox');
}

const marked = (id: string, nonce: string): string => `once:${id}:${nonce}`;

/** What stands behind `/once/` in the link: the secret, and a mark only holders of the sealing keys can make for this page. */
export const tokenOf = ({ sealer }: Pick<Deps, 'sealer'>, id: string, nonce: string): string =>
  `${id}.${sealer.mark(marked(id, nonce))}`;

/** The secret a token names; whether its mark is good only the secret's page can tell. Null: this is no token. */
export function readToken(token: string): { id: string; mark: string } | null {
  const [, id, mark] = /^([a-z]{1,16}:[\w-]{1,64})\.([\w-]{20,100})$/.exec(token) ?? [];
  return id === undefined || mark === undefined ? null : { id, mark };
}

/** Is this the mark of the page that is open now? */
export const isMarkOf = ({ sealer }: Pick<Deps, 'sealer'>, { id, page }: Secret, mark: string): boolean =>
  page !== null && sealer.isMark(marked(id, page.nonce), mark);
