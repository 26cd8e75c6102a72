import type { Deps } from '../ports.ts';

/** What a link of a draft leads to: the page on which its secrets are entered, or the app at which somebody authenticates. */
export type Purpose = 'secrets' | 'authenticate';

const marked = (purpose: Purpose, draft: string, nonce: string): string => `${purpose}:${draft}:${nonce}`;

/** What stands in such a link: the draft, and a mark only holders of the keys can make. */
export const secretToken = (
  { sealer }: Pick<Deps, 'sealer'>,
  { purpose, draft, nonce }: { purpose: Purpose; draft: string; nonce: string },
): string => `${draft}.${sealer.mark(marked(purpose, draft, nonce))}`;

/** The draft a token names; whether its mark is good only the draft's page can tell. Null: this is no token. */
export function readSecretToken(token: string): { draft: string; mark: string } | null {
  const [, draft, mark] = /^([\w-]{1,64})\.([\w-]{20,100})$/.exec(token) ?? [];
  return draft === undefined || mark === undefined ? null : { draft, mark };
}

export const isSecretMark = (
  { sealer }: Pick<Deps, 'sealer'>,
  { purpose, draft, nonce }: { purpose: Purpose; draft: string; nonce: string },
  mark: string,
): boolean => sealer.isMark(marked(purpose, draft, nonce), mark);
