import type { Command } from 'commander';
import { refused } from '../core/errors.ts';
import type { ChainedEvent } from '../core/event.ts';
import { nameOf } from '../core/name.ts';
import { Duration, milliseconds } from '../core/time-schema.ts';
import type { EventFilter } from '../engine/store-ports.ts';
import { printJson, printTable } from './print.ts';
import { meantFor } from './right.ts';
import { type Session, withRollcall } from './session.ts';
import { personId } from './who.ts';

type Options = { person?: string; app?: string; status?: string; since?: string; limit: string; json?: boolean };

export function addEvents(program: Command): void {
  meantFor(program.command('events'), 'readers')
    .description('what happened, newest first')
    .option('--person <who>', 'about this person: name, e-mail or id')
    .option('--app <name>', 'in this app')
    .option('--status <word>', 'that left a login in this status')
    .option('--since <when>', 'an ISO date, or a span such as "3 days"')
    .option('--limit <n>', 'how many', '50')
    .option('--json', 'print one JSON object a line')
    .action((options: Options, command: Command) =>
      withRollcall(command, async (session) => {
        // Of nobody and no app in particular it is the company’s.
        if (options.person === undefined && options.app === undefined) await session.may('auditors');
        await session.engine.flush();
        const filter = await filterOf(session, options);
        const events = await session.engine.useCases.history(filter, null, Number(options.limit) || 50);
        if (options.json) return events.forEach(printJson);
        if (events.length === 0) return console.log('Nothing happened.');
        const names = await namesOf(session, events);
        const rows = events.map((event) => [
          new Date(event.at).toISOString().slice(0, 19),
          names.get(event.person ?? '') ?? '',
          event.app ?? '',
          event.message,
          event.actor.name,
        ]);
        printTable(['when (UTC)', 'person', 'app', 'what', 'by'], rows);
      }),
    );
}

async function filterOf(session: Session, options: Options): Promise<EventFilter> {
  return {
    ...(options.person !== undefined && { person: await personId(session, options.person) }),
    ...(options.app !== undefined && { app: options.app }),
    ...(options.status !== undefined && { status: options.status }),
    ...(options.since !== undefined && { since: sinceOf(options.since) }),
  };
}

function sinceOf(text: string): number {
  if (Duration.safeParse(text).success) return Date.now() - milliseconds(text);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw refused('bad-since', `--since ${text}: neither a date nor a span`, 'Write 2026-01-31 or "3 days".');
  return at;
}

async function namesOf({ opened }: Session, events: readonly ChainedEvent[]): Promise<Map<string, string>> {
  const ids = [...new Set(events.flatMap((event) => event.person ?? []))];
  return new Map((await opened.store.people.many(ids)).map((person) => [person.id, nameOf(person)]));
}
