import type { AppConfig } from '../../core/app-schema.ts';
import { approverWords, stepWords } from '../../core/circle.ts';
import type { Config } from '../../core/config.ts';
import { isEmail } from '../../core/config-people.ts';
import { peopleNamedIn } from '../../core/named-people.ts';
import type { Settings } from '../../core/settings-schema.ts';
import { fold } from '../../core/text.ts';
import { unresolved } from '../approve/unresolved.ts';
import type { Deps } from '../ports.ts';
import { type Finding, note, right, wrong } from './finding.ts';

/** Everyone named as approver, owner or admin must be an active person, and nobody decide alone. */
export async function examinePeople(deps: Pick<Deps, 'store'>, config: Config): Promise<Finding[]> {
  const nobody = (await deps.store.people.count()) === 0;
  const lost = await unresolved(deps, config);
  const words = [...new Set(lost.map(({ word }) => word))];
  const findings = words.map((word) => unresolvedFinding(lost.filter((one) => one.word === word)));
  if (nobody) findings.push(note('nobody is known yet, so nobody can decide', 'Read a directory: `rollcall sync`.'));
  const inDoubt = await deps.store.people.undecided(1_000);
  if (inDoubt.length > 0) findings.push(doubted(inDoubt.length));
  const standing = { gone: new Set(words.map(fold)), whois: await whoisOf(deps, config) };
  for (const app of config.apps)
    if (app.provisioning.enabled)
      findings.push(...askedIn(app, config.settings).flatMap((one) => decidersOf(one, standing)));
  return findings.length === 0 ? [right('everyone who decides is an active person')] : findings;
}

/** Those one request goes to: `words` decide `what`. */
type Asked = { what: string; words: readonly string[] };

/** The app's approvers, and those of every step it names. */
function askedIn(app: AppConfig, settings: Settings): Asked[] {
  const steps = Object.entries(app.provisioning.approval).flatMap(([action, consent]) =>
    (typeof consent === 'boolean' ? [] : (consent?.steps ?? [])).map(({ who, fallback }, index) => ({
      what: `step ${index + 1} of ${action} in ${app.name}`,
      words: stepWords([...who, ...fallback], app, settings),
    })),
  );
  return [{ what: `changes in ${app.name}`, words: approverWords(app, settings) }, ...steps];
}

/** Two words may stand for one person: two addresses, or an address and a Slack user id. */
async function whoisOf({ store }: Pick<Deps, 'store'>, config: Config): Promise<(word: string) => string> {
  const named = [...new Set(peopleNamedIn(config).map(({ word }) => word))].filter(isEmail);
  const people = await store.people.byKeys(named.map((word) => `email=${fold(word)}`));
  return (word) => {
    const key = `email=${fold(word)}`;
    return people.find(({ keys, slack }) => keys.includes(key) || slack?.user === word.trim())?.id ?? fold(word);
  };
}

function unresolvedFinding(lost: Awaited<ReturnType<typeof unresolved>>): Finding {
  const [first] = lost;
  const places = lost.length === 1 ? '' : ` (named ${lost.length} times)`;
  return wrong(`${first?.word} is named in the configuration${places}, but ${first?.why}`, first?.remedy ?? '');
}

type Standing = { gone: ReadonlySet<string>; whois(word: string): string };

/** `manager` is somebody else for each person. */
function decidersOf({ what, words }: Asked, { gone, whois }: Standing): Finding[] {
  const left = words.filter((word) => !gone.has(fold(word)));
  if (left.length === 0)
    return [wrong(`nobody is left who can approve ${what}`, 'Name somebody in settings.approvers or as owner.')];
  if (left.some((word) => fold(word) === 'manager') || new Set(left.map(whois)).size > 1) return [];
  return [
    note(
      `there is a single approver for ${what}, who cannot decide about themselves`,
      'Name a second one in settings.approvers or as owner.',
    ),
  ];
}

const doubted = (count: number): Finding =>
  note(
    `${count === 1 ? 'one newcomer' : `${count} newcomers`} may be somebody known under another id, and get no account meanwhile`,
    'List them with `rollcall twins`, and say who they are with `rollcall same`.',
  );
