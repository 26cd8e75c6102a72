import { describe, expect, it } from 'vitest';
import { connector as scim } from '../../connectors/scim/index.ts';
import { Config } from '../../src/core/config.ts';
import { checkConnection } from '../../src/core/config-reference.ts';
import { changed, type Draft, newDraft, withStep } from '../../src/core/draft.ts';
import {
  connectionOf,
  connectionProblems,
  grantField,
  grantorDigest,
  hiddenFields,
  openFields,
  secretFields,
} from '../../src/core/draft-connection.ts';
import { type DraftWorld, nextStep, stepsOf } from '../../src/core/draft-steps.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const auth = {
  ...{ type: 'redirect', authorizeUrl: 'https://login.test/authorize', tokenUrl: 'https://login.test/token' },
  clientId: 'rollcall',
};
const filled = { baseUrl: 'https://crm.acme.test/scim/v2', auth };
const connectors = { targets: new Map([['scim', scim as never]]), directories: new Map() };
const callback = 'https://rollcall.acme.test/oauth/callback';
const world = (set: readonly string[] = [], more: Partial<DraftWorld> = {}): DraftWorld => ({
  ...{ config: Config.parse({ version: 1 }), connectors, callback, isSet: (name) => set.includes(name) },
  edition: (name) => (set.includes(name) ? 1 : 0),
  ...more,
});
const begun = (renews = false): Draft =>
  newDraft({ id: 'd-1', kind: 'app', renews, connector: 'scim', name: 'crm', title: 'CRM', by: ada }, 1);
/** The client's secret was set on the page. */
function typed(draft = begun()): Draft {
  const connected = withStep(
    draft,
    'connection',
    connectionOf(scim, draft, filled, () => false),
    ada,
    2,
  );
  return withStep(
    connected,
    'secrets',
    { names: { ...connected.names, 'auth.clientSecret': 'CRM_CLIENTSECRET' } },
    ada,
    3,
  );
}
const path = 'auth.grant';
const authenticated = (draft: Draft, ok = true, of = grantorDigest(draft.connection, { path })): Draft =>
  changed(
    draft,
    { authenticated: { of, ok, text: ok ? 'Authenticated as bot' : 'refused there', at: 4 } },
    ada,
    4,
    null,
  );
const step = (draft: Draft, set: readonly string[] = [], more: Partial<DraftWorld> = {}) =>
  stepsOf(draft, world(set, more)).find(({ name }) => name === 'authenticate');
const set = ['CRM_CLIENTSECRET', 'CRM_GRANT'];

describe('a connection that is authenticated by redirect', () => {
  it('asks for its addresses in the form, for the client’s secret on the page, and for its grant nowhere', () => {
    const paths = (fields: readonly { path: string }[]) => fields.map((field) => field.path);
    expect(paths(openFields(scim, filled))).toEqual(
      expect.arrayContaining(['auth.authorizeUrl', 'auth.tokenUrl', 'auth.clientId', 'auth.scope', 'auth.clientAuth']),
    );
    expect(paths(secretFields(scim, filled))).toEqual(['auth.clientSecret']);
    expect(grantField(scim, filled)?.path).toBe(path);
    expect(paths(hiddenFields(scim, filled)).sort()).toEqual(['auth.clientSecret', path]);
    expect(grantField(scim, { auth: { type: 'bearer' } })).toBeNull();
  });

  it('names the grant from the start, and is right without it', () => {
    const { connection, names } = connectionOf(scim, begun(), filled, () => false);
    expect(names).toEqual({ [path]: 'CRM_GRANT' });
    expect(connection.auth).toMatchObject({ grant: '${CRM_GRANT}' });
    expect(connectionProblems(scim, connection).size).toBe(0);
    const aimed = { ...connection, auth: { ...auth, authorizeUrl: 'https://evil.test/${CRM_GRANT}' } };
    expect(connectionProblems(scim, aimed).get('auth.authorizeUrl')).toMatch(/cannot be named here/);
  });

  it('takes no token that is written out in the file', () => {
    const problems = checkConnection(scim.config, { ...filled, auth: { ...auth, grant: 'a-token' } }, ['x'], 'crm');
    expect(problems.map(({ path: at }) => at)).toEqual(['x.auth.grant']);
    expect(checkConnection(scim.config, filled, ['x'], 'crm')).toEqual([]);
    expect(checkConnection(scim.config, { ...filled, auth: { ...auth, grant: '${CRM_GRANT}' } }, ['x'], 'crm')).toEqual(
      [],
    );
  });
});

describe('the step in which somebody authenticates', () => {
  it('comes after the credentials and before the test', () => {
    expect(step(begun())).toBeUndefined();
    const connected = withStep(
      begun(),
      'connection',
      connectionOf(scim, begun(), filled, () => false),
      ada,
      2,
    );
    expect(step(connected)).toMatchObject({ state: 'blocked', text: 'after the secrets' });
    const draft = typed();
    expect(step(draft, set)).toMatchObject({ state: 'todo', text: expect.stringContaining(callback) });
    expect(nextStep(stepsOf(draft, world(set)))).toBe('authenticate');
    const after = stepsOf(draft, world(set)).filter(({ name }) => name === 'test' || name === 'review');
    expect(after).toMatchObject([
      { state: 'blocked', text: 'after the authentication' },
      { state: 'blocked', text: 'after the authentication' },
    ]);
  });

  it('says so where no page is served that the app could send the browser back to', () => {
    const { callback: _, ...without } = world(set);
    expect(stepsOf(typed(), without).find(({ name }) => name === 'authenticate')?.text).toContain('PUBLIC_URL');
  });

  it('is done while the grant is kept and belongs to what stands beside it', () => {
    const draft = authenticated(typed());
    expect(step(draft, set)).toMatchObject({ state: 'done', text: 'Authenticated as bot' });
    expect(nextStep(stepsOf(draft, world(set)))).toBe('test');
    expect(step(draft, ['CRM_CLIENTSECRET'])).toMatchObject({ state: 'todo' });
    const other = { ...draft, connection: { ...draft.connection, auth: { ...auth, tokenUrl: 'https://evil.test/t' } } };
    expect(step(other, set)).toMatchObject({ state: 'todo', text: expect.stringContaining('has changed since') });
    const elsewhere = { ...draft, connection: { ...draft.connection, baseUrl: 'https://crm2.acme.test/scim' } };
    expect(step(elsewhere, set)).toMatchObject({ state: 'done' });
  });

  it('is to be put right where access was refused', () => {
    expect(step(authenticated(typed(), false), set)).toMatchObject({ state: 'wrong', text: 'refused there' });
  });

  it('is all a renewal asks for: the secrets beside it stay', () => {
    const draft = { ...typed(begun(true)), saved: [] };
    expect(stepsOf(draft, world(set)).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'connection done',
      'secrets done',
      'authenticate todo',
      'test blocked',
    ]);
  });
});
