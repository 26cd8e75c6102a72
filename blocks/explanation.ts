import { hidden, isSecretName } from '../src/core/secret-name.ts';
import { reasonText } from './changes.ts';
import type { ExplanationView } from './governance-view.ts';
import { context, type Message, message, section } from './kit.ts';
import { list } from './list.ts';
import { bold, code, escaped, join, type Markup, md, nothing } from './markup.ts';
import { statusWord } from './words.ts';

/** Three lists share one message: why at all, each value, and what would have to be otherwise. */
const third = 2900;

/** Why a login is what it is: the chain, each value with its own, and the mappings that nearly hold. */
export function explanation(view: ExplanationView): Message {
  return message([
    section(md`${view.text}`),
    context(md`${bold(view.personName, 80)} in ${bold(view.appTitle, 80)}: ${statusWord(view.word)}`),
    ...titled(md`*Why*`, view.chain, (reason) => md`• ${reasonText(reason)}`),
    ...titled(md`*What is set, and where it comes from*`, view.targets, targetLine),
    ...titled(md`*What would have to be otherwise*`, view.near, nearLine),
  ]);
}

const titled = <T>(title: Markup, items: readonly T[], line: (item: T) => Markup) =>
  items.length === 0 ? [] : list([null, ...items], (item) => (item === null ? title : line(item)), third);

function targetLine({ target, value, chain }: ExplanationView['targets'][number]): Markup {
  const why = join(
    chain.slice(0, 4).map(({ because }) => escaped(because, 120)),
    ' → ',
  );
  const shown = isSecretName(target) ? hidden : value;
  return md`• ${code(target, 60)} ${bold(shown, 120)}${chain.length === 0 ? nothing : md`: ${why}`}`;
}

/** A role that no mapping gives has no name for one. */
function nearLine({ role, mapping, condition, has, wants }: ExplanationView['near'][number]): Markup {
  const by = mapping === '' ? md`that takes` : md`mapping ${bold(mapping, 80)} wants`;
  return md`• Not in role ${bold(role, 80)}: ${by} ${escaped(condition, 200)}. There is ${escaped(has, 120)}; ${escaped(wants, 120)} would match.`;
}
