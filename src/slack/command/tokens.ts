/** One piece of what somebody typed: a mentioned user, a flag's name, or a word (quotes taken off). */
export type Token = { kind: 'user'; id: string } | { kind: 'flag'; name: string } | { kind: 'word'; text: string };

const opening = '"“„”«»';
const closing: Readonly<Record<string, string>> = { '"': '"“”', '“': '"”“', '„': '“”"', '”': '”"', '«': '»', '»': '«' };

/**
 * Takes a command's text apart. Slack escapes it (`should_escape`): users come as `<@U…|name>`, addresses as
 * `<mailto:a@b|a@b>`, `& < >` as entities. Word processors and phones make quotes curly and `--` a dash; both are read back.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const [token, length] = nextToken(rest);
    if (token !== null) tokens.push(token);
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

function nextToken(rest: string): [Token | null, number] {
  const angle = /^<([^<>]*)>/.exec(rest);
  if (angle !== null) return [fromAngle(angle[1] ?? ''), angle[0].length];
  if (opening.includes(rest.charAt(0))) return quoted(rest);
  const flag = /^(?:--|—|–)([a-z][a-z-]*)(?:=|(?=\s|$))/iu.exec(rest);
  if (flag !== null) return [{ kind: 'flag', name: (flag[1] ?? '').toLowerCase() }, flag[0].length];
  const word = /^[^\s<]+|^</u.exec(rest)?.[0] ?? rest.charAt(0);
  return [{ kind: 'word', text: decode(word) }, word.length];
}

/** `<@U1|n>`, `<mailto:a|a>`, `<https://x|x>`, `<#C1|general>`: the id of a user, the plain text of all others. */
function fromAngle(inside: string): Token {
  const [target = '', label] = inside.split('|');
  const user = /^@([UW][A-Z0-9]+)$/.exec(target)?.[1];
  if (user !== undefined) return { kind: 'user', id: user };
  if (target.startsWith('mailto:')) return { kind: 'word', text: decode(target.slice(7)) };
  if (target.startsWith('#')) return { kind: 'word', text: decode(`#${label ?? target.slice(1)}`) };
  return { kind: 'word', text: decode(target) };
}

/** A quoted phrase; without its closing quote it goes to the end. An empty one is nothing. */
function quoted(rest: string): [Token | null, number] {
  const ends = closing[rest.charAt(0)] ?? '"';
  let length = 1;
  while (length < rest.length && !ends.includes(rest.charAt(length))) length += 1;
  const text = decode(rest.slice(1, length)).trim();
  return [text === '' ? null : { kind: 'word', text }, Math.min(length + 1, rest.length)];
}

/** Slack's three entities, `&` last so that nothing is decoded twice. */
const decode = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Words as one text; mentions as Slack writes them. */
export const textOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => (token.kind === 'user' ? `<@${token.id}>` : token.kind === 'flag' ? `--${token.name}` : token.text))
    .join(' ');

/**
 * Several names in a row, each as its tokens: a mention, an address or something in quotes is one by itself; other names of several
 * words are told apart by commas.
 */
export function eachOf(tokens: readonly Token[]): Token[][] {
  const names: Token[][] = [];
  let name: Token[] = [];
  const end = (): void => {
    if (name.length > 0) names.push(name);
    name = [];
  };
  for (const token of tokens.flatMap(piecesOf)) {
    if (token === 'comma') end();
    else if (isOne(token)) {
      end();
      names.push([token]);
    } else name.push(token);
  }
  end();
  return names;
}

const isOne = (token: Token): boolean =>
  token.kind === 'user' || (token.kind === 'word' && /^[^\s@]+@[^\s@]+$|\s/.test(token.text));

/** A word without its commas, and where they stood. */
function piecesOf(token: Token): (Token | 'comma')[] {
  if (token.kind !== 'word' || !token.text.includes(',') || /\s/.test(token.text)) return [token];
  const words = token.text.split(',');
  return words.flatMap((text, index): (Token | 'comma')[] => [
    ...(index === 0 ? [] : ['comma' as const]),
    ...(text.trim() === '' ? [] : [{ kind: 'word' as const, text: text.trim() }]),
  ]);
}
