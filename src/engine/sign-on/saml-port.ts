import type { Time } from '../../core/model.ts';
import type { Assertion, AuthnRequest, Denial, SentRequest, ServiceProvider } from '../../core/saml.ts';

/** A key responses are signed with. Both PEM; `privateKey` PKCS #8. */
export type KeyPair = { certificate: string; privateKey: string };

/** SAML as it is written; everything that is decided is decided before. */
export type Saml = {
  /** A fresh RSA key with a certificate of its own making; at least 3072 bits. */
  makeKey(of: { name: string; from: Time; until: Time }): Promise<KeyPair>;
  /** When a certificate ends. @throws RollcallError `saml-certificate` (show) where it is none. */
  certificateEnds(certificate: string): Time;
  /** The signed response, XML. */
  respond(assertion: Assertion, key: KeyPair): string;
  /** A signed response that says no, XML. */
  deny(denial: Denial, key: KeyPair): string;
  /**
   * Reads a request, and checks its signature where its issuer has certificates (`certificatesOf`; none for one we do not know).
   * @throws RollcallError `saml-request` (show) for anything that is no well-formed request, or whose signature is wrong.
   */
  readRequest(sent: SentRequest, certificatesOf: (issuer: string) => readonly string[]): AuthnRequest;
  /** Our metadata, XML: the addresses both bindings are sent to, and every certificate that may sign. */
  metadata(of: { entityId: string; signOn: string; certificates: readonly string[] }): string;
  /** @throws RollcallError `saml-metadata` (show) for anything that does not describe one service provider. */
  readMetadata(xml: string): ServiceProvider;
};
