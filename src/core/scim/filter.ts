import { badRequest, quoted, type ScimType } from './error.ts';

/** `urn:…:User:name.familyName`: the schema where it is named, the attribute, the part of it. */
export type AttributePath = { urn: string | null; name: string; sub: string | null };

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type Operand = string | number | boolean | null;

/** A filter as RFC 7644 section 3.4.2.2 writes it. `within`: `emails[type eq "work"]`, of one value all at once. */
export type Filter =
  | { kind: 'and' | 'or'; parts: readonly Filter[] }
  | { kind: 'not'; part: Filter }
  | { kind: 'present'; path: AttributePath }
  | { kind: 'compare'; path: AttributePath; operator: Operator; value: Operand }
  | { kind: 'within'; path: AttributePath; filter: Filter };

/** What an operation of PATCH is about, RFC 7644 section 3.5.2: `emails[type eq "work"].value`. */
export type PatchPath = { path: AttributePath; filter: Filter | null; sub: string | null };

const longest = 4_000;
const deepest = 20;
const mostTerms = 200;
const operators = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

type Token = { kind: 'mark' | 'word' | 'text' | 'number' | 'sub'; text: string };

const tokenPattern =
  /(?<space>[ \t]+)|(?<mark>[()[\]])|(?<text>"(?:[^"\\\p{Cc}]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?<sub>\.[A-Za-z$][\w$-]*)|(?<word>[A-Za-z$][\w$:.-]*)/uy;

/** @throws ScimError `invalidFilter` */
export function parseFilter(text: string): Filter {
  const reader = createReader(text, 'invalidFilter');
  const filter = readFilter(reader, 0);
  reader.end();
  return filter;
}

/** @throws ScimError `invalidPath`; `invalidFilter` for what stands in brackets. */
export function parsePath(text: string): PatchPath {
  const reader = createReader(text, 'invalidPath');
  const path = pathOf(reader.take('word'), reader);
  if (!reader.isMark('[')) {
    reader.end();
    return { path, filter: null, sub: null };
  }
  if (path.sub !== null) throw reader.refuse('brackets follow the attribute, not a part of it');
  const filter = readBracket(reader, 0);
  const sub = reader.peek()?.kind === 'sub' ? reader.take('sub').slice(1) : null;
  reader.end();
  return { path, filter, sub };
}

/** A name that stands alone: `emails.value`, or with its schema before it. Null: it is none. */
export function parseName(text: string): AttributePath | null {
  const [, urn, rest = text] = /^(urn:.*):([^:]*)$/is.exec(text) ?? [];
  const [, name, sub] = /^([A-Za-z$][\w$-]*)(?:\.([A-Za-z$][\w$-]*))?$/.exec(rest) ?? [];
  return name === undefined ? null : { urn: urn ?? null, name, sub: sub ?? null };
}

type Reader = ReturnType<typeof createReader>;

function createReader(text: string, scimType: ScimType) {
  const refuse = (why: string) => badRequest(scimType, `${quoted(text)} cannot be read: ${why}.`);
  if (text.length > longest) throw refuse(`it is longer than ${longest} characters`);
  const tokens = tokensOf(text, refuse);
  let at = 0;
  let terms = 0;
  const peek = (): Token | undefined => tokens[at];
  const isMark = (mark: string) => peek()?.kind === 'mark' && peek()?.text === mark;
  const isWord = (word: string) => peek()?.kind === 'word' && peek()?.text.toLowerCase() === word;
  return {
    refuse,
    peek,
    isMark,
    /** Is it that word, or that mark? Then it is passed. */
    skip(text: string): boolean {
      const is = isMark(text) || isWord(text);
      if (is) at += 1;
      return is;
    },
    take(kind: Token['kind']): string {
      const token = peek();
      if (token?.kind !== kind) throw refuse(`${token === undefined ? 'its end' : quoted(token.text)} comes too early`);
      at += 1;
      return token.text;
    },
    next(): Token {
      const token = peek();
      if (token === undefined) throw refuse('its end comes too early');
      at += 1;
      return token;
    },
    term(): void {
      terms += 1;
      if (terms > mostTerms) throw refuse(`it holds more than ${mostTerms} conditions`);
    },
    end(): void {
      const token = peek();
      if (token !== undefined) throw refuse(`${quoted(token.text)} follows its end`);
    },
  };
}

function tokensOf(text: string, refuse: (why: string) => Error): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) throw refuse(`it breaks off at character ${at + 1}`);
    const [kind, found] = Object.entries(groups).find(([, part]) => part !== undefined) ?? ['space', ''];
    if (kind !== 'space') tokens.push({ kind: kind as Token['kind'], text: found ?? '' });
  }
  return tokens;
}

/** `or` binds less than `and`, `and` less than `not`. */
function readFilter(reader: Reader, depth: number): Filter {
  if (depth > deepest) throw reader.refuse(`it nests deeper than ${deepest} levels`);
  return readJoined(reader, 'or', () => readJoined(reader, 'and', () => readTerm(reader, depth)));
}

function readJoined(reader: Reader, kind: 'and' | 'or', read: () => Filter): Filter {
  const first = read();
  const parts = [first];
  while (reader.skip(kind)) parts.push(read());
  return parts.length === 1 ? first : { kind, parts };
}

function readTerm(reader: Reader, depth: number): Filter {
  if (reader.isMark('(')) return readGroup(reader, depth);
  const word = reader.take('word');
  if (word.toLowerCase() === 'not' && reader.isMark('(')) return { kind: 'not', part: readGroup(reader, depth) };
  const path = pathOf(word, reader);
  if (reader.isMark('[')) return { kind: 'within', path, filter: readBracket(reader, depth) };
  reader.term();
  const operator = reader.take('word').toLowerCase();
  if (operator === 'pr') return { kind: 'present', path };
  if (!operators.has(operator)) throw reader.refuse(`there is no operator ${quoted(operator)}`);
  return { kind: 'compare', path, operator: operator as Operator, value: readOperand(reader) };
}

function readGroup(reader: Reader, depth: number): Filter {
  reader.skip('(');
  const filter = readFilter(reader, depth + 1);
  if (!reader.skip(')')) throw reader.refuse('a parenthesis is not closed');
  return filter;
}

function readBracket(reader: Reader, depth: number): Filter {
  reader.skip('[');
  const filter = readFilter(reader, depth + 1);
  if (!reader.skip(']')) throw reader.refuse('a bracket is not closed');
  return filter;
}

function readOperand(reader: Reader): Operand {
  const { kind, text } = reader.next();
  if (kind === 'number') return Number(text);
  const word = text.toLowerCase();
  if (kind === 'word' && (word === 'true' || word === 'false')) return word === 'true';
  if (kind === 'word' && word === 'null') return null;
  if (kind !== 'text') throw reader.refuse(`${quoted(text)} is no value: write a text in quotes`);
  try {
    return String(JSON.parse(text));
  } catch {
    throw reader.refuse(`${quoted(text)} holds an escape that JSON does not have`);
  }
}

function pathOf(word: string, reader: Reader): AttributePath {
  const path = parseName(word);
  if (path === null) throw reader.refuse(`${quoted(word)} is no attribute`);
  return path;
}
