import { requestDetails } from '../../../blocks/details.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { lastPage, neededFor, requestPage } from '../../../blocks/see-all.ts';
import type { ApprovalView } from '../../engine/use-cases.ts';
import type { SlackDeps } from '../deps.ts';
import { type Known, maySeeRequest } from './access.ts';

/** Operations the details tell one by one. */
const sample = 20;

/** The request, for somebody who may see the whole of it; `needed`: operations that are read of it. */
export async function requestFor(
  deps: SlackDeps,
  caller: Known,
  id: string,
  needed: number,
): Promise<{ view: ApprovalView } | { refused: string }> {
  const view = await deps.useCases.approval(id, needed);
  if (view === null) return { refused: 'There is no such request any more.' };
  return maySeeRequest(caller, view)
    ? { view }
    : { refused: 'Only those who may decide, admins and the person concerned see this.' };
}

/** *Details*, typed; with a page, *See all*. */
export async function showRequest(
  deps: SlackDeps,
  caller: Known,
  id: string,
  page: number | undefined,
): Promise<Message> {
  const at = Math.min(lastPage, (page ?? 1) - 1);
  const seen = await requestFor(deps, caller, id, page === undefined ? sample : neededFor(at));
  if ('refused' in seen) return answer(seen.refused);
  return page === undefined ? requestDetails(seen.view) : requestPage(seen.view, at);
}
