import { type RollcallError, refused } from '../core/errors.ts';

/** How something from outside is refused. `reason`: a sentence that says what is wrong, and repeats nothing secret. */
export type Refuse = (reason: string) => RollcallError;

export const requestRefused: Refuse = (reason) =>
  refused(
    'saml-request',
    `The request for a sign-on cannot be used. ${reason}`,
    'Begin again at the app. If it comes back, show this to whoever runs the app: it is the app that wrote the request.',
  );

export const metadataRefused: Refuse = (reason) =>
  refused(
    'saml-metadata',
    `The metadata cannot be used. ${reason}`,
    'Get the metadata of the app as a service provider once more, or enter its entity id and its address by hand.',
  );

export const certificateRefused: Refuse = (reason) =>
  refused('saml-certificate', `The certificate cannot be used. ${reason}`, 'Give one X.509 certificate in PEM.');

/** Words of others in a sentence of ours: not longer than a line, and without what would break it. */
export const quoted = (text: string): string => {
  const plain = text.replace(/\p{C}+/gu, ' ');
  return `“${plain.length > 120 ? `${plain.slice(0, 119)}…` : plain}”`;
};
