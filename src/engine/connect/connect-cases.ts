import { targetOf } from '../../core/draft-steps.ts';
import { finishAuthentication, openAuthentication, startAuthentication } from './authenticate.ts';
import { beginDraft } from './begin-draft.ts';
import { beginRenewal } from './begin-renewal.ts';
import { connectDraft, reviewDraft } from './connect-draft.ts';
import type { Connecting } from './connecting.ts';
import { discoverDraft, refreshDraft } from './draft-reads.ts';
import { openSecretPage, secretPage, setSecrets } from './draft-secrets.ts';
import { testDraft } from './draft-test.ts';
import { type DraftDeps, freshWorld, viewOf, wantDraft } from './drafts.ts';
import { dropDraft, saveStep } from './save-step.ts';

/** Open drafts listed at most. */
const listed = 100;

/** The use cases of connecting over one set of dependencies. */
export const connecting = (deps: DraftDeps): Connecting => ({
  connectorsThere: () => {
    const { targets, directories } = deps.connections.connectors;
    // What is made by sign-on alone has nothing to connect to: it is set up out of its metadata.
    const reached = [...targets.values()].filter(({ capabilities }) => capabilities.bySignOn !== true);
    const views = [...reached, ...directories.values()].map(({ kind, name, title }) => ({
      ...{ kind: kind === 'target' ? ('app' as const) : ('directory' as const), name, title },
    }));
    return views.sort((a, b) => a.title.localeCompare(b.title, 'en'));
  },
  connectorOf: (draft) =>
    draft.kind === 'app'
      ? targetOf(draft, deps.connections)
      : (deps.connections.connectors.directories.get(draft.connector) ?? null),
  beginDraft: (input, actor) => beginDraft(deps, input, actor),
  beginRenewal: (name, actor) => beginRenewal(deps, name, actor),
  async drafts() {
    const open = await deps.store.drafts.open(listed);
    if (open.length === 0) return [];
    const world = await freshWorld(deps);
    return open.map((draft) => viewOf(deps, draft, world));
  },
  async draft(id) {
    const draft = await deps.store.drafts.get(id);
    return draft === null ? null : viewOf(deps, draft, await freshWorld(deps));
  },
  showDraft: (id, person) => wantDraft(deps, id, person),
  saveStep: (id, step, change, actor) => saveStep(deps, id, step, change, actor),
  dropDraft: (id, actor) => dropDraft(deps, id, actor),
  openSecretPage: (id, actor) => openSecretPage(deps, id, actor),
  openAuthentication: (id, actor) => openAuthentication(deps, id, actor),
  testDraft: (id, actor) => testDraft(deps, id, actor),
  refreshDraft: (id, actor) => refreshDraft(deps, id, actor),
  discoverDraft: (id, actor) => discoverDraft(deps, id, actor),
  reviewDraft: (id, actor) => reviewDraft(deps, id, actor),
  connectDraft: (id, shown, actor) => connectDraft(deps, id, shown, actor),
  secretPage: (token) => secretPage(deps, token),
  setSecrets: (token, values) => setSecrets(deps, token, values),
  startAuthentication: (token) => startAuthentication(deps, token),
  finishAuthentication: (token, brought) => finishAuthentication(deps, token, brought),
});
