import type { Clock } from './clock.ts';
import { invalidArguments, SlackRefusal } from './errors.ts';
import { randomSecret } from './ids.ts';

/** Who did something, and in which modal; what a `trigger_id` stands for. */
type Trigger = { user: string; view?: string };

/** Trigger ids: 3 s, single use. @see https://docs.slack.dev/surfaces/modals */
export type Triggers = {
  issue(trigger: Trigger): string;
  /** Throws `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`. */
  exchange(id: string | undefined): Trigger;
  /** Its three seconds begin now: it was held up here, on purpose, and not by the app. Of an id never issued, or absent: nothing. */
  renew(id: unknown): void;
};

const lifetime = 3_000;
const remembered = 10_000;

export const createTriggers = (clock: Clock): Triggers => {
  const issued = new Map<string, Trigger & { at: number; used: boolean }>();
  let count = 0;
  return {
    issue(trigger) {
      count += 1;
      const id = `${clock.now()}.${count}.${randomSecret()}`;
      issued.set(id, { ...trigger, at: clock.now(), used: false });
      for (const oldest of issued.keys()) {
        if (issued.size <= remembered) break;
        issued.delete(oldest);
      }
      return id;
    },
    exchange(id) {
      if (id === undefined) throw invalidArguments('missing required field: trigger_id');
      const found = issued.get(id);
      if (!found) throw new SlackRefusal('invalid_trigger_id');
      if (found.used) throw new SlackRefusal('exchanged_trigger_id');
      if (clock.now() - found.at > lifetime) throw new SlackRefusal('expired_trigger_id');
      found.used = true;
      return found;
    },
    renew(id) {
      const found = typeof id === 'string' ? issued.get(id) : undefined;
      if (found !== undefined) found.at = clock.now();
    },
  };
};
