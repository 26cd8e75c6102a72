import { refused } from '../../src/core/errors.ts';
import type { SignOns } from '../../src/engine/sign-on/sign-ons.ts';

const none = async () => {
  throw refused('no-saml', 'nobody signs on here', 'Set an app up for it.');
};

/** Nobody signs on to anything. */
export const noSignOn: SignOns = {
  signOnApps: async () => [],
  signOnLink: none,
  signOnPage: async () => null,
  signOn: async () => null,
  takeSignOnRequest: none,
  nameSignOn: async () => null,
  numbersMessage: async () => null,
  pickNumber: none,
  denySignOn: none,
  signOnMetadata: none,
  signOnAddresses: none,
  signingKeys: async () => [],
  rotateSigningKey: none,
  readServiceProvider: none,
};
