import { createHash } from 'node:crypto';
import { type Envelope, kindOf } from './envelope.ts';

const digest = (...parts: readonly (string | null | undefined)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);

/**
 * The same for every delivery of the same thing, different for two things people did: an event by its id, a press by its
 * moment and place, a command, a shortcut and a submission by their one-use trigger. Null: not kept (option lists, closed modals).
 */
export function inboxKey(envelope: Envelope): string | null {
  const team = envelope.team?.id ?? envelope.team_id;
  const { user, view, container, trigger_id } = envelope;
  switch (kindOf(envelope)) {
    case 'event':
      return `event:${envelope.event_id}`;
    case 'command':
      return trigger_id === undefined ? null : `command:${digest(team, trigger_id)}`;
    case 'press': {
      const action = envelope.actions?.[0];
      return `press:${digest(team, user?.id, action?.action_id, action?.action_ts, container?.message_ts ?? view?.id)}`;
    }
    case 'shortcut':
      return trigger_id === undefined ? null : `shortcut:${digest(team, trigger_id)}`;
    case 'submission':
      return `submission:${digest(team, user?.id, view?.id, trigger_id)}`;
    default:
      return null;
  }
}
