import { disassociate } from './accounts/disassociate.ts';
import { discover, discoveryRows } from './accounts/discover.ts';
import { refresh } from './accounts/refresh.ts';
import { rematch } from './accounts/rematch.ts';
import { triage } from './accounts/triage.ts';
import { pause, pauses, resume } from './act/pause.ts';
import { release } from './act/release.ts';
import { endRequest, requestAccess, requestables, requestsOf } from './act/request.ts';
import { retry, retryPreview } from './act/retry.ts';
import { undo } from './act/undo.ts';
import { roles, setMember } from './configure/roles.ts';
import type { Governance, GovernanceDeps } from './governance.ts';
import { disable } from './leave/disable.ts';
import { graceDue } from './leave/grace-due.ts';
import { keepLonger } from './leave/keep-longer.ts';
import { leaver } from './leave/leaver-report.ts';
import { markClosed, unmarkClosed } from './leave/mark-closed.ts';
import { sameAs, twins } from './sync/twins.ts';
import { explain } from './tell/explain.ts';
import { accessReview, whoHad } from './tell/who-had.ts';

/** The use cases of governance over one set of dependencies. */
export const govern = (deps: GovernanceDeps): Governance => ({
  explain: (...given) => explain(deps, ...given),
  undo: (...given) => undo(deps, ...given),
  release: (...given) => release(deps, ...given),
  disassociate: (...given) => disassociate(deps, ...given),
  rematch: (...given) => rematch(deps, ...given),
  refresh: (...given) => refresh(deps, ...given),
  discover: (...given) => discover(deps, ...given),
  discoveryRows: (...given) => discoveryRows(deps, ...given),
  triage: (...given) => triage(deps, ...given),
  pause: (...given) => pause(deps, ...given),
  resume: (...given) => resume(deps, ...given),
  pauses: (...given) => pauses(deps, ...given),
  retry: (...given) => retry(deps, ...given),
  retryPreview: (...given) => retryPreview(deps, ...given),
  disable: (...given) => disable(deps, ...given),
  keepLonger: (...given) => keepLonger(deps, ...given),
  markClosed: (...given) => markClosed(deps, ...given),
  unmarkClosed: (...given) => unmarkClosed(deps, ...given),
  graceDue: (...given) => graceDue(deps, ...given),
  roles: (...given) => roles(deps, ...given),
  setMember: (...given) => setMember(deps, ...given),
  twins: (...given) => twins(deps, ...given),
  sameAs: (...given) => sameAs(deps, ...given),
  requestables: (...given) => requestables(deps, ...given),
  requestAccess: (...given) => requestAccess(deps, ...given),
  requestsOf: (...given) => requestsOf(deps, ...given),
  endRequest: (...given) => endRequest(deps, ...given),
  leaver: (...given) => leaver(deps, ...given),
  whoHad: (...given) => whoHad(deps, ...given),
  accessReview: (...given) => accessReview(deps, ...given),
});
