import fc from 'fast-check';
import { numbersMessage } from '../../../blocks/numbers.ts';
import { type SignOnAppView, signOnAnswer, signOnList } from '../../../blocks/sign-on.ts';
import { times } from '../hostile.ts';
import type { Built, Extreme } from './given.ts';

/** Names of apps are keys, and tell them apart; every other one may be signed on to. */
export const signOnApps = (said: string, length: number): SignOnAppView[] =>
  Array.from({ length }, (_, index) => ({ app: `app-${index}`, title: said, may: index % 2 === 0, text: said }));

const link = 'https://rollcall.acme.test/saml/go/Zm9vYmFyYmF6';
const states = fc.constantFrom('open' as const, 'confirmed' as const, 'refused' as const, 'over' as const);

/** Signing on to apps. */
export function signOn({ text, listLength }: Extreme): Built {
  return {
    signOnAnswer: fc
      .tuple(text, times, fc.boolean())
      .map(([said, expires, may]) =>
        signOnAnswer(
          may
            ? { result: 'link', app: 'wiki', title: said, link, expires, text: said }
            : { result: 'refused', text: said },
        ),
      ),
    signOnList: fc
      .tuple(text, listLength, fc.boolean())
      .map(([said, length, all]) => signOnList(signOnApps(said, length).filter(({ may }) => may || all))),
    numbersMessage: fc
      .tuple(text, states)
      .map(([said, state]) =>
        numbersMessage({ id: 's-1', title: said, numbers: [7, 42, 93], from: said, state, text: said }, said),
      ),
  };
}
