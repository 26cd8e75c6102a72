/** Patterns and the texts they are tried on are cut here, so that no pattern can keep a processor busy. */
export const patternLimit = 200;
export const subjectLimit = 256;

/** How many ways there may be to match a text of the longest length: three open-ended repeats. */
const waysLimit = subjectLimit ** 3;

/**
 * Why a regular expression of the configuration is refused, or null. Beside syntax errors these are the forms that make
 * JavaScript's backtracking engine run away (OWASP, *Regular expression Denial of Service*): a repeated group that itself
 * repeats or chooses, back references, and too many repeats, choices and options one after another.
 */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > patternLimit) return `the pattern is longer than ${patternLimit} characters`;
  const syntax = syntaxError(pattern);
  if (syntax !== null) return syntax;
  if (/\\[1-9k]/.test(pattern.replaceAll('\\\\', ''))) return 'back references are not allowed';
  const ways = waysOf(withoutLiterals(pattern));
  if (ways === null) return 'a repeated group may not itself repeat or choose';
  return ways > waysLimit ? 'it repeats and chooses too often' : null;
}

function syntaxError(pattern: string): string | null {
  try {
    new RegExp(pattern, 'iu');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Escapes and character classes become one plain letter: what is left is structure. */
const withoutLiterals = (pattern: string): string =>
  pattern.replace(/\\(?:[pPu]\{[^}]*\}|.)/gs, 'x').replace(/\[[^\]]*\]/g, 'x');

const tokens = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gs;

/** In how many ways the pattern could match at one place; null when a group that has several ways is repeated without end. */
function waysOf(plain: string): number | null {
  const root = { done: 0, now: 1 };
  const open = [root];
  let atom = 1;
  for (const [token] of plain.matchAll(tokens)) {
    const level = open.at(-1) ?? root;
    const repeat = repeatOf(token);
    if (repeat !== null) {
      if (atom > 1 && repeat.most > boundedLimit) return null;
      level.now *= atom ** Math.max(0, repeat.most - 1) * (repeat.most - repeat.least + 1);
    } else if (token.startsWith('(')) open.push({ done: 0, now: 1 });
    else if (token === '|') Object.assign(level, { done: level.done + level.now, now: 1 });
    else if (token === ')') {
      open.pop();
      atom = level.done + level.now;
      const around = open.at(-1) ?? root;
      around.now *= atom;
    } else atom = 1;
  }
  return root.done + root.now;
}

const boundedLimit = 9;

/** How often a quantifier lets its atom stand, cut at the longest text; null for what is no quantifier. */
function repeatOf(token: string): { least: number; most: number } | null {
  if (token.startsWith('?')) return { least: 0, most: 1 };
  if (token.startsWith('*') || token.startsWith('+')) return { least: 1, most: subjectLimit };
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(token) ?? [];
  if (least === undefined) return null;
  const end = comma === '' ? Number(least) : most === '' ? subjectLimit : Number(most);
  return { least: Math.min(Number(least), subjectLimit), most: Math.min(end, subjectLimit) };
}

/** The compiled pattern, or null where `patternProblem` has something to say. Case does not matter. */
export const compilePattern = (pattern: string): RegExp | null =>
  patternProblem(pattern) === null ? new RegExp(pattern, 'iu') : null;

const compiled = new Map<string, RegExp | null>();
/** More patterns than any company writes. */
const compiledKept = 5_000;

/** Every match of the pattern in a text, each as its groups with the whole match first; none for a pattern that is refused. */
export function allMatches(pattern: string, text: string): (readonly (string | undefined)[])[] {
  const known = compiled.get(pattern);
  const expression = known === undefined ? compilePattern(pattern) : known;
  if (compiled.size >= compiledKept) compiled.clear();
  compiled.set(pattern, expression);
  if (expression === null) return [];
  const subject = text.normalize('NFC').trim().slice(0, subjectLimit);
  return [...subject.matchAll(new RegExp(expression, 'giu'))];
}

/** How many groups of a good pattern keep what they matched. */
export const groupsIn = (pattern: string): number => (new RegExp(`${pattern}|`, 'iu').exec('')?.length ?? 1) - 1;
