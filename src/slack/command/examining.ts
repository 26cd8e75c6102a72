import { findingList } from '../../../blocks/findings.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { SlackDeps } from '../deps.ts';

/** Everything that could stop Rollcall from working, as it is now. */
export const showFindings = async (deps: SlackDeps): Promise<Message> => findingList(await deps.useCases.examine());
