import pino from 'pino';
import type { Log } from './engine/ports.ts';

const shapes = [
  /xox[a-z]-[\w-]+/g,
  /xapp-[\w-]+/g,
  /\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi,
  /(mongodb(?:\+srv)?:\/\/)[^@/\s]+@/g,
  /https:\/\/hooks\.slack\.com\/\S+/g,
];

/** People are told apart by their ids alone: what others say in an error may name them. */
const address = /[\w.+%'-]+@(?:[\w-]+\.)+[a-z]{2,}/gi;

/**
 * Takes secrets out of anything that is logged: values it was told of, and whatever looks like a token. Errors are reduced to
 * what a reader needs, since their own properties may hold requests with credentials; one with a code needs no stack.
 */
export function createScrubber() {
  const secrets = new Set<string>();

  function text(value: string): string {
    let clean = value;
    for (const secret of secrets) clean = clean.replaceAll(secret, '[secret]');
    for (const shape of shapes) clean = clean.replace(shape, '[secret]');
    return clean.includes('@') ? clean.replace(address, '[address]') : clean;
  }

  function scrub(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return text(value);
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Error) return errorFields(value, depth);
    if (depth > 6) return '[deep]';
    if (Array.isArray(value)) return value.slice(0, 100).map((item) => scrub(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, scrub(member, depth + 1)]));
  }

  function errorFields(error: Error, depth: number): unknown {
    const own = { ...error } as { code?: unknown; kind?: unknown; effect?: unknown; remedy?: unknown };
    const { code, kind, effect, remedy } = own;
    const cause = error.cause === undefined || depth > 3 ? {} : { cause: scrub(error.cause, depth + 1) };
    const stack = code === undefined && kind === undefined && depth < 2 ? error.stack : undefined;
    const fields = { name: error.name, message: error.message, code, kind, effect, remedy, stack };
    return { ...(scrub(fields, depth + 1) as object), ...cause };
  }

  return {
    scrub,
    text,
    /** Short values are left alone: replacing them would only mangle the log. */
    learn(secret: string | undefined): void {
      if (secret !== undefined && secret.length >= 6) secrets.add(secret);
    },
  };
}

export type Scrubber = ReturnType<typeof createScrubber>;

/** The one logger. `destination` is for tests; otherwise standard error, so that standard output stays for results. */
export function createLog(level: string, scrubber: Scrubber, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => scrubber.scrub(fields) as Record<string, unknown>,
    },
  };
  const logger = pino(options, destination ?? pino.destination({ dest: 2, sync: true }));
  const at = (method: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) =>
    logger[method](fields, scrubber.text(message));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What a process is asked of here. */
type Process = { on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown };

/**
 * An error that nothing caught: what this process believes may be wrong from here on, so it says so in one line, without the secrets that
 * an error may carry, and ends. Whatever supervises it starts it again, and all that was acknowledged is in the store.
 */
export function endOnCrash(from: Process, log: Log, end: () => void): void {
  const crash = (how: string) => (error: unknown) => {
    log.error({ error, how }, 'Rollcall met an error that nothing caught and ends; start it again, nothing is lost');
    end();
  };
  from.on('uncaughtException', crash('thrown'));
  from.on('unhandledRejection', crash('rejected'));
}
