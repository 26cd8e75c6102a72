/** Patterns and the texts they are tried on are cut here, so that no pattern can keep a processor busy. */
export const patternLimit = 200;
export const subjectLimit = 256;
const repeatLimit = 3;

/**
 * Why a regular expression of the configuration is refused, or null. Beside syntax errors these are the forms that make
 * JavaScript's backtracking engine run away (OWASP, *Regular expression Denial of Service*): a repeated group that itself
 * repeats or chooses, back references, and more than three open-ended repeats.
 */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > patternLimit) return `the pattern is longer than ${patternLimit} characters`;
  const syntax = syntaxError(pattern);
  if (syntax !== null) return syntax;
  const plain = withoutLiterals(pattern);
  if (/\\[1-9k]/.test(pattern.replaceAll('\\\\', ''))) return 'back references are not allowed';
  if (repeatsWithin(plain)) return 'a repeated group may not itself repeat or choose';
  const repeats = plain.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  return repeats > repeatLimit ? `more than ${repeatLimit} open-ended repeats` : null;
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
const withoutLiterals = (pattern: string): string => pattern.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x');

/** Is there a group that is repeated and holds a repeat or a choice? Innermost groups are folded away one by one. */
function repeatsWithin(plain: string): boolean {
  let rest = plain;
  for (;;) {
    const group = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?([^()]*)\)([*+]|\{\d+(?:,\d*)?\})?/.exec(rest);
    if (group === null) return false;
    const [whole, body = '', repeat] = group;
    const busy = /[*+|]|\{\d+/.test(body);
    if (busy && repeat !== undefined) return true;
    rest = rest.replace(whole, () => (busy ? 'x+' : repeat === undefined ? 'x' : `x${repeat}`));
  }
}

/** The compiled pattern, or null where `patternProblem` has something to say. Case does not matter. */
export const compilePattern = (pattern: string): RegExp | null =>
  patternProblem(pattern) === null ? new RegExp(pattern, 'iu') : null;
