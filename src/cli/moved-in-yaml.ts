import { Document, isMap, isSeq } from 'yaml';
import type { LeftBehind, MovedIn } from '../core/connector.ts';
import type { Draft } from '../core/moved-in.ts';
import { onOneLine } from './print.ts';

/** The configuration as a file that explains itself: what was left behind at its top, remarks where they belong. */
export function movedInYaml(
  config: Draft,
  remarks: MovedIn['remarks'],
  left: readonly LeftBehind[],
  from: string,
): string {
  const document = new Document(config);
  document.commentBefore = lines([
    `What ${onOneLine(from)} does with people and apps, as far as its API shows it.`,
    'Before you import it: name who decides, and look at every app; each is off until you switch it on.',
    '',
    'settings: { admins: [you@company.example], approvers: [manager] }',
    '',
    ...(left.length === 0 ? ['Everything was carried over.'] : ['Not carried over:']),
    ...left.map(({ what, name, why }) => `- ${what} “${onOneLine(name)}”: ${onOneLine(why)}`),
  ]);
  for (const { of, name, text } of remarks) {
    const list = document.get(of);
    const items = isSeq(list) ? list.items : [];
    const item = items.find((one) => isMap(one) && one.get('name') === name);
    if (isMap(item)) item.commentBefore = lines([onOneLine(text)]);
  }
  return document.toString({ lineWidth: 0 });
}

/** `#` and a space before each; an empty line stays one. */
const lines = (texts: readonly string[]): string => texts.map((text) => (text === '' ? '' : ` ${text}`)).join('\n');
