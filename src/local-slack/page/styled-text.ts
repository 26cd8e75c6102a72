import { type Html, html } from './html.ts';

/** One character, one marker of a style, or one finished piece (link, code, mention). */
export type Atom = { text: string; html?: Html };

/** Marker → what it makes of the text between two of them. */
export type Styles = Record<string, (inner: readonly Html[]) => Html>;

const isWord = (atom: Atom | undefined) => atom !== undefined && !atom.html && /[\p{L}\p{N}]/u.test(atom.text);
const isSpace = (atom: Atom | undefined) => atom === undefined || (!atom.html && /\s/.test(atom.text));

function opens(atoms: readonly Atom[], at: number): boolean {
  const [before, next] = [atoms[at - 1], atoms[at + 1]];
  const marker = atoms[at]?.text;
  return !isWord(before) && before?.text !== marker && !isSpace(next) && next?.text !== marker;
}

function closes(atoms: readonly Atom[], at: number): boolean {
  const [before, next] = [atoms[at - 1], atoms[at + 1]];
  const marker = atoms[at]?.text;
  return !isSpace(before) && before?.text !== marker && !isWord(next) && next?.text !== marker;
}

/**
 * Styles text between markers as Slack does: a marker opens after a space or punctuation and before a character, closes the other
 * way round, and never across a line. So `5 * 3 * 2` and `snake_case_name` stay as they are. Linear in the number of atoms.
 */
export function styleText(atoms: readonly Atom[], styles: Styles, from = 0, to = atoms.length): Html[] {
  const made: Html[] = [];
  const none = new Map<string, number>();

  const closer = (marker: string, start: number): number | undefined => {
    if (start < (none.get(marker) ?? 0)) return undefined;
    let at = start + 2;
    for (; at < to && atoms[at]?.text !== '\n'; at++) {
      const atom = atoms[at];
      if (atom && !atom.html && atom.text === marker && closes(atoms, at)) return at;
    }
    none.set(marker, at);
    return undefined;
  };

  for (let at = from; at < to; at++) {
    const atom = atoms[at];
    if (!atom) break;
    const style = !atom.html && Object.hasOwn(styles, atom.text) ? styles[atom.text] : undefined;
    const end = style && opens(atoms, at) ? closer(atom.text, at) : undefined;
    if (!style || end === undefined) {
      made.push(atom.html ?? (atom.text === '\n' ? html`<br>` : html`${atom.text}`));
      continue;
    }
    const { [atom.text]: _, ...others } = styles;
    made.push(style(styleText(atoms, others, at + 1, end)));
    at = end;
  }
  return made;
}
