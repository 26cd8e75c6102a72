import type { Time } from '../core/model.ts';
import type { Log } from '../engine/ports.ts';
import type { SlackDeps } from './deps.ts';

/** The payload something is done for: the key it is stored under, and when it was stored; null: long ago, and this is a replay. */
export type Arrival = { key: string; at: Time | null };

const property = 'rollcallArrival';

/** What Bolt hands on to the listeners with a payload. */
export const arrivalProperties = (arrival: Arrival): Record<string, unknown> => ({ [property]: arrival });

/** The same for one payload: every line of the log that comes of it carries its key. */
export function arrived(deps: SlackDeps, context: Readonly<Record<string, unknown>>): SlackDeps {
  const arrival = context[property] as Arrival | undefined;
  return arrival === undefined ? deps : { ...deps, arrival, log: logWith(deps.log, { key: arrival.key }) };
}

function logWith(log: Log, ids: object): Log {
  const at = (level: keyof Log) => (fields: object, message: string) => log[level]({ ...ids, ...fields }, message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Tells how long something took since the payload was stored; of a replay nothing is told. */
export function tellDecided({ arrival, meter, clock }: SlackDeps, step: 'kept' | 'shown'): void {
  if (arrival?.at == null) return;
  meter?.decided(step, Math.max(0, clock.now() - arrival.at) / 1_000);
}
