import type { Actor, Person, SlackIdentity, Time } from '../../core/model.ts';
import type { SentRequest, ServiceProvider } from '../../core/saml.ts';

/** What a browser posts to the app. `response`: base64. */
export type Posting = { acs: string; response: string; relayState: string | null };

/** An app somebody may sign on to, or why not, in sentences. `made`: their account there was made by an earlier sign-on, or is managed. */
export type SignOnApp = { app: string; title: string; may: boolean; made: boolean; text: string };

/** What `/provision sign-on APP` comes to. `link`: to our page, good once and for a few minutes. */
export type SignOnOffer =
  | { result: 'link'; app: string; title: string; link: string; expires: Time; text: string }
  | { result: 'refused'; app: string; title: string; text: string };

/** What the page of a link, or of a browser that waits, shows. */
export type SignOnPage =
  /** A link from Slack: signs on at a press. */
  | { state: 'ready'; app: string; title: string; personName: string }
  /** The app sent the browser here: it says who it is. */
  | { state: 'who'; app: string; title: string }
  /** A message with three numbers is in Slack; this is the one to pick. */
  | { state: 'pick'; app: string; title: string; number: number }
  /** Picked: the browser may go on, at a press or by itself. */
  | { state: 'confirmed'; app: string; title: string; personName: string }
  /** It came to nothing; `text` says why, and what to do. */
  | { state: 'refused'; app: string; title: string; text: string };

/** What a press on such a page comes to. Null: a link that is wrong, used, over, or of another browser, and never which. */
export type SignOnOutcome =
  | { result: 'post'; title: string; posting: Posting }
  | { result: 'refused'; title: string; text: string };

/** The message with the numbers; `state` says what became of it. */
export type NumbersMessage = {
  id: string;
  app: string;
  title: string;
  numbers: readonly number[];
  /** Where the browser is, as far as it shows: its address and what it calls itself. */
  from: string;
  state: 'open' | 'confirmed' | 'refused' | 'over';
  text: string;
};

/** Certificates as the admins see them. `state`: in the order of their lives. */
export type SigningKeyView = {
  id: string;
  state: 'waiting' | 'signing' | 'leaving';
  madeAt: Time;
  /** Signs from then on; before, it only stands in the metadata. */
  signsFrom: Time;
  /** Stands in the metadata until then; null: for as long as it signs. */
  publishedUntil: Time | null;
  /** When its certificate ends. */
  endsAt: Time;
  certificate: string;
};

/** Signing on to apps with Rollcall as the identity provider. */
export type SignOns = {
  /** The apps people sign on to by SAML, as this person may. */
  signOnApps(person: Person): Promise<SignOnApp[]>;
  /** A link for this person alone. Every refusal is an event. @throws RollcallError `unknown-app` */
  signOnLink(person: Person, app: string, slack: SlackIdentity): Promise<SignOnOffer>;

  /** Looking changes nothing. `browser`: the secret its cookie carries, null where it has none. Null: as of SignOnOutcome. */
  signOnPage(token: string, browser: string | null): Promise<SignOnPage | null>;
  /** Uses the link up, or goes on after the number was picked. */
  signOn(token: string, browser: string | null): Promise<SignOnOutcome | null>;

  /**
   * An app sent a browser with a request. `asks`: its page is at `token`, for the browser whose cookie carries `browser`.
   * `post`: the app is answered at once (nobody may be asked). `from`: where the browser is, in words; `network`: by which strangers are
   * told apart. @throws RollcallError `saml-request` (show)
   */
  takeSignOnRequest(
    sent: SentRequest,
    from: string,
    network: string,
  ): Promise<{ result: 'asks'; token: string; browser: string; expires: Time } | SignOnOutcome>;
  /** Whoever sits there says who they are. The answer is the same whether or not somebody has that address. Null: as above. */
  nameSignOn(token: string, browser: string | null, email: string): Promise<SignOnPage | null>;
  /** What the message of this subject shows now; null: there is none such. Its `id` is what a press names. */
  numbersMessage(subject: string): Promise<NumbersMessage | null>;
  /** The person picked a number. `text` is for them. A wrong one ends it. */
  pickNumber(id: string, number: number, person: Person): Promise<{ result: 'confirmed' | 'refused'; text: string }>;
  /** The person says it was not them: it ends, and admins find it in the history. */
  denySignOn(id: string, person: Person): Promise<{ text: string }>;

  /** Our metadata, XML; makes the first signing key where there is none. @throws RollcallError `no-address` (show) */
  signOnMetadata(): Promise<string>;
  /** Our addresses, for whoever sets an app up: `entityId` is that of the metadata as well. @throws likewise */
  signOnAddresses(): Promise<{ entityId: string; signOn: string; metadata: string }>;
  /** The keys there are, the oldest first. */
  signingKeys(): Promise<SigningKeyView[]>;
  /**
   * A new key: in the metadata at once, signing after `overlap` milliseconds, and the one before stays in the metadata as long again.
   * `overlap` 0: signs at once and the one before is out (it was stolen, or no app reads metadata).
   * @throws RollcallError `rotation-under-way` (show) while one waits to sign
   */
  rotateSigningKey(overlap: number, by: Actor): Promise<SigningKeyView[]>;
  /** Metadata of an app, from its text or its address. @throws RollcallError `saml-metadata`, `saml-metadata-unread` (show) */
  readServiceProvider(from: { xml: string } | { url: string }): Promise<ServiceProvider>;
};
