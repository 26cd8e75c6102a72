import type { Config, DirectoryConfig } from '../../core/config.ts';
import type { Expiring } from '../../core/digest.ts';
import { RollcallError } from '../../core/errors.ts';
import type { Time } from '../../core/model.ts';
import { momentWord } from '../../core/quarantine.ts';
import { ended } from '../../core/text.ts';
import { milliseconds } from '../../core/time-schema.ts';
import { asConnectorError } from '../apply/attempt.ts';
import type { Deps } from '../ports.ts';
import { expiring } from '../tell/digest.ts';
import { type Finding, note, right, wrong } from './finding.ts';

type SourceDeps = Pick<Deps, 'store' | 'connections' | 'clock'>;

/** Each directory: when it was read last; each app: whether it answers, takes the credentials and is well; and credentials that end. */
export async function examineSources(deps: SourceDeps, config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const directory of config.directories) findings.push(await examineDirectory(deps, directory));
  for (const app of config.apps) if (app.provisioning.enabled) findings.push(...(await examineApp(deps, app.name)));
  const now = deps.clock.now();
  for (const one of await expiring(deps)) findings.push(ending(one, now));
  return findings;
}

/** A read this many schedules ago is late; a day at least is left for a source that is away over night. */
const late = { schedules: 3, least: 24 * 3_600_000 };

async function examineDirectory(deps: SourceDeps, { name, schedule }: DirectoryConfig): Promise<Finding> {
  const last = (await deps.store.directories.get(name))?.lastRead ?? null;
  if (last === null) return note(`directory ${name} was never read`, `Read it: \`rollcall sync ${name}\`.`);
  if (!last.complete)
    return wrong(
      `directory ${name}: ${last.reason ?? 'the last read was not complete'}`,
      'Mend the source; it is read again on schedule.',
    );
  const age = deps.clock.now() - last.at;
  const read = `directory ${name} was read at ${momentWord(last.at)}: ${last.rows} rows`;
  if (age <= Math.max(late.least, late.schedules * milliseconds(schedule))) return right(read);
  return wrong(`${read}, which is ${agoWord(age)} ago`, `See why it is not read: \`rollcall sync ${name}\`.`);
}

const agoWord = (age: number): string => {
  const days = Math.floor(age / 86_400_000);
  return days === 1 ? 'a day' : `${days} days`;
};

async function examineApp(deps: SourceDeps, app: string): Promise<Finding[]> {
  const quarantine = (await deps.store.health.get(app))?.quarantine ?? null;
  const ill =
    quarantine === null
      ? []
      : [
          wrong(
            `app ${app} is in quarantine since ${momentWord(quarantine.since)}: ${quarantine.reason}`,
            `Cure what it names, then \`rollcall retry ${app}\`.`,
          ),
        ];
  return [await tested(deps, app), ...ill];
}

async function tested(deps: SourceDeps, app: string): Promise<Finding> {
  try {
    await deps.connections.target(app).target.test(deps.clock.deadline(10_000));
    return right(`app ${app} answers and takes the credentials`);
  } catch (error) {
    const { message, remedy } = error instanceof RollcallError ? error : asConnectorError(error);
    return wrong(`app ${app}: ${ended(message)}`, remedy);
  }
}

function ending({ what, name, endsAt, pushed }: Expiring, now: Time): Finding {
  const said = what === 'sign-on' ? `sign-on: the certificate of key ${name}` : `${what} ${name}: its credentials`;
  const remedy = what === 'sign-on' ? rotateKey : pushed === true ? newToken(name) : 'Renew them in the connection.';
  const end = what === 'sign-on' ? 'ends' : 'end';
  return endsAt <= now
    ? wrong(`${said} ended at ${momentWord(endsAt)}`, remedy)
    : note(`${said} ${end} at ${momentWord(endsAt)}`, remedy);
}

const rotateKey =
  'Make another key, and give apps that do not read our metadata its certificate: `rollcall saml rotate`.';
const newToken = (name: string): string => `Make another token for its source: \`rollcall directory token "${name}"\`.`;
