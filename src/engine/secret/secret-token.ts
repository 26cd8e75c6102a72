import type { Deps } from '../ports.ts';

const marked = (draft: string, nonce: string): string => `secrets:${draft}:${nonce}`;

/** What stands in the link to the page on which a draft's secrets are entered: the draft, and a mark only holders of the keys can make. */
export const secretToken = ({ sealer }: Pick<Deps, 'sealer'>, draft: string, nonce: string): string =>
  `${draft}.${sealer.mark(marked(draft, nonce))}`;

/** The draft a token names; whether its mark is good only the draft's page can tell. Null: this is no token. */
export function readSecretToken(token: string): { draft: string; mark: string } | null {
  const [, draft, mark] = /^([\w-]{1,64})\.([\w-]{20,100})$/.exec(token) ?? [];
  return draft === undefined || mark === undefined ? null : { draft, mark };
}

export const isSecretMark = ({ sealer }: Pick<Deps, 'sealer'>, draft: string, nonce: string, mark: string): boolean =>
  sealer.isMark(marked(draft, nonce), mark);
