import { approverWords } from '../../core/circle.ts';
import type { Config } from '../../core/config.ts';
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
  const gone = new Set(words.map(fold));
  for (const app of config.apps)
    if (app.provisioning.enabled) findings.push(...decidersOf(app.name, approverWords(app, config.settings), gone));
  return findings.length === 0 ? [right('everyone who decides is an active person')] : findings;
}

function unresolvedFinding(lost: Awaited<ReturnType<typeof unresolved>>): Finding {
  const [first] = lost;
  const places = lost.length === 1 ? '' : ` (named ${lost.length} times)`;
  return wrong(`${first?.word} is named in the configuration${places}, but ${first?.why}`, first?.remedy ?? '');
}

/** `manager` is somebody else for each person. */
function decidersOf(app: string, words: readonly string[], gone: ReadonlySet<string>): Finding[] {
  const left = words.filter((word) => !gone.has(fold(word)));
  if (left.length === 0)
    return [
      wrong(`nobody is left who can approve changes in ${app}`, 'Name somebody in settings.approvers or as owner.'),
    ];
  if (left.length > 1 || fold(left[0] ?? '') === 'manager') return [];
  return [
    note(
      `${app} has a single approver, who cannot decide about themselves`,
      'Name a second one in settings.approvers or as owner.',
    ),
  ];
}

const doubted = (count: number): Finding =>
  note(
    `${count === 1 ? 'one newcomer' : `${count} newcomers`} may be somebody known under another id, and get no account meanwhile`,
    'List them with `rollcall twins`, and say who they are with `rollcall same`.',
  );
