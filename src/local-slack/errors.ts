/** What is wrong with how the workspace was set up; `message` says what to do. */
export class LocalSlackError extends Error {
  readonly code: 'invalid_manifest' | 'not_loopback' | 'journal_unreadable' | 'invalid_workspace';

  constructor(code: LocalSlackError['code'], message: string) {
    super(message);
    this.name = 'LocalSlackError';
    this.code = code;
  }
}

/** An `ok: false` answer: Slack's error code and the fields that go with it (`needed`, `response_metadata`, …). */
export class SlackRefusal extends Error {
  readonly error: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(error: string, details: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.name = 'SlackRefusal';
    this.error = error;
    this.details = details;
  }
}

/** The refusal for malformed arguments; Slack names each by a JSON pointer. */
export const invalidArguments = (...messages: string[]): SlackRefusal =>
  new SlackRefusal('invalid_arguments', { response_metadata: { messages: messages.map((text) => `[ERROR] ${text}`) } });
