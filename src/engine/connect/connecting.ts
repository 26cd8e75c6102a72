import type { DirectoryConnector, TargetConnector } from '../../core/connector.ts';
import type { Draft, StepName } from '../../core/draft.ts';
import type { DraftProblem } from '../../core/draft-config.ts';
import type { Step } from '../../core/draft-steps.ts';
import type { Actor, Time } from '../../core/model.ts';
import type { Purpose } from '../secret/secret-token.ts';
import type { PlanPreview } from '../use-cases.ts';

/** Somebody who acts in person: one-time pages are for one. */
export type ByPerson = Extract<Actor, { kind: 'person' }>;

/** What can be connected. */
export type ConnectorView = { kind: Draft['kind']; name: string; title: string };

/** A draft as it stands now. `link`: the one-time page that is open, or the way to the app, for the one person whose it is. */
export type DraftView = {
  draft: Draft;
  connectorTitle: string;
  steps: readonly Step[];
  next: StepName | null;
  link: { person: string; url: string; expires: Time; purpose: Purpose } | null;
};

/** What a step fills in; of the connection, whatever is not secret. */
export type StepChange = Partial<
  Pick<Draft, 'connection' | 'about' | 'provisioning' | 'parameters' | 'rules' | 'roles' | 'reading'>
>;
/** Saved, or what is wrong by the place it is about: the path of a field of the connection, or of the app. */
export type Saved = { view: DraftView } | { problems: ReadonlyMap<string, string> };

/** What connecting would come to; nothing is changed yet. */
export type Review = {
  view: DraftView;
  problems: readonly DraftProblem[];
  /** The differences of the configuration, a line each, and those that touch power. */
  lines: readonly string[];
  power: readonly string[];
  /** Stands for what was shown. */
  shown: string;
  /** Names of the admins of whom one has to agree; none: it applies at once. */
  deciders: readonly string[];
  /** Null: nothing to plan, as it is a directory or provisioning is off. A sentence: why it could not be worked out. */
  plan: PlanPreview | string | null;
};

/** The page of a link: whose secrets it asks for, field by field. `set`: something is set already, and an empty field leaves it. */
export type SecretForm = {
  title: string;
  kind: Draft['kind'];
  fields: readonly { path: string; title: string; help: string | null; required: boolean; set: boolean }[];
};
/** `wrong`: what is wrong by the paths of fields; the link stays good. */
export type SecretsOutcome =
  | { result: 'set'; title: string }
  | { result: 'wrong'; problems: ReadonlyMap<string, string> };

/** What came of authenticating at an app by redirect, in a sentence for the one who did. */
export type AuthenticationOutcome = { result: 'authenticated' | 'failed'; title: string; text: string };

/** Connecting apps and directories step by step, and renewing their credentials. Everything throws RollcallError. */
export type Connecting = {
  connectorsThere(): readonly ConnectorView[];
  /** What a draft is connected with; null where that is gone. Nothing is connected. */
  connectorOf(draft: Pick<Draft, 'kind' | 'connector' | 'connection'>): TargetConnector | DirectoryConnector | null;
  /** @throws RollcallError `name-taken`, `bad-name`, `unknown-connector`, `not-set-up`. */
  beginDraft(
    input: { kind: Draft['kind']; connector: string; name: string; title: string | null },
    actor: ByPerson,
  ): Promise<DraftView>;
  /** Of an app or a directory, by name. Goes on with the renewal that is open. @throws RollcallError `unknown-app`, `no-secrets`. */
  beginRenewal(name: string, actor: ByPerson): Promise<DraftView>;
  /** Open ones, those changed last first. */
  drafts(): Promise<DraftView[]>;
  draft(id: string): Promise<DraftView | null>;
  /** Sends its card to this person. */
  showDraft(id: string, person: string): Promise<void>;
  saveStep(id: string, step: StepName, change: StepChange, actor: ByPerson): Promise<Saved>;
  dropDraft(id: string, actor: ByPerson): Promise<{ text: string }>;
  /** A link for this person, on the card; any before leads nowhere. */
  openSecretPage(id: string, actor: ByPerson): Promise<{ text: string }>;
  /** A link to the app for this person, on the card. @throws RollcallError `no-authentication`, `no-address`, `too-early`. */
  openAuthentication(id: string, actor: ByPerson): Promise<{ text: string }>;
  testDraft(id: string, actor: ByPerson): Promise<{ text: string }>;
  /** Imports the entitlement values; the card shows how far it is. */
  refreshDraft(id: string, actor: ByPerson): Promise<{ text: string }>;
  /** Whose the accounts are that are there already; nothing is changed. */
  discoverDraft(id: string, actor: ByPerson): Promise<{ text: string }>;
  reviewDraft(id: string, actor: ByPerson): Promise<Review>;
  /** `shown`: of the review that was seen; null: whatever it changes. */
  connectDraft(id: string, shown: string | null, actor: ByPerson): Promise<{ text: string }>;
  /** Null: wrong, used, over or unknown, and never which. */
  secretPage(token: string): Promise<SecretForm | null>;
  /** By the paths of fields. Taken once. */
  setSecrets(token: string, values: Readonly<Record<string, string>>): Promise<SecretsOutcome | null>;
  /** Where the browser goes from a link and the state it comes back with; why it cannot; null as of `secretPage`. */
  startAuthentication(token: string): Promise<{ address: string; state: string } | { failed: string } | null>;
  /** What came back with the browser. Taken once. */
  finishAuthentication(
    token: string,
    brought: { state: string; code: string | null; error: string | null },
  ): Promise<AuthenticationOutcome | null>;
};

/** How long a link to a page is good, milliseconds. */
export const pageSpan = 3_600_000;
