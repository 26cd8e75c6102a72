import { type EventView, nameOf } from '../../blocks/view.ts';
import type { RollcallEvent } from '../core/model.ts';
import type { SlackDeps } from './deps.ts';

/** Events with the names of their people and apps. */
export async function eventViews(deps: SlackDeps, events: readonly RollcallEvent[]): Promise<EventView[]> {
  const people = new Map<string, string>();
  for (const id of new Set(events.flatMap((event) => event.person ?? []))) {
    const person = await deps.useCases.person(id);
    if (person !== null) people.set(id, nameOf(person));
  }
  const apps = events.some((event) => event.app !== null) ? await deps.useCases.apps() : [];
  const titles = new Map(apps.map(({ app, title }) => [app, title]));
  return events.map((event) => ({
    event,
    personName: event.person === null ? null : (people.get(event.person) ?? null),
    appTitle: event.app === null ? null : (titles.get(event.app) ?? event.app),
  }));
}
