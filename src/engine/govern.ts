import { disable } from './disable.ts';
import { disassociate } from './disassociate.ts';
import { discover, discoveryRows } from './discover.ts';
import { explain } from './explain.ts';
import type { Governance, GovernanceDeps } from './governance.ts';
import { graceDue } from './grace-due.ts';
import { keepLonger } from './keep-longer.ts';
import { leaver } from './leaver-report.ts';
import { pause, pauses, resume } from './pause.ts';
import { refresh } from './refresh.ts';
import { release } from './release.ts';
import { rematch } from './rematch.ts';
import { endRequest, requestAccess, requestables, requestsOf } from './request.ts';
import { retry, retryPreview } from './retry.ts';
import { roles, setMember } from './roles.ts';
import { triage } from './triage.ts';
import { sameAs, twins } from './twins.ts';
import { undo } from './undo.ts';
import { accessReview, whoHad } from './who-had.ts';

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
