import { nameOf } from '../../../blocks/view.ts';
import type { Actor, Person } from '../../core/model.ts';

/** Somebody acting from Slack, as it is recorded. */
export const actorOf = (person: Person): Actor => ({
  kind: 'person',
  person: person.id,
  name: nameOf(person),
  via: 'slack',
});
