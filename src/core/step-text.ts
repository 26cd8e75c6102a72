import type { Step } from './app-schema.ts';

/*
 * The steps of an approval as people write them, a line each: `manager`, `2 of owners, sec@acme.test else admins`.
 */

export const stepText = ({ who, fallback, quorum }: Step): string => {
  const count = quorum === undefined ? '' : `${quorum} of `;
  const otherwise = fallback.length === 0 ? '' : ` else ${fallback.join(', ')}`;
  return `${count}${who.join(', ')}${otherwise}`;
};

const pattern = /^(?:(\d{1,3})\s+of\s+)?(.*?)(?:\s+else\s+(.*))?$/i;

/** What the schema of a step is to read; who may stand in it, the configuration says. */
export function stepIn(line: string): { who: string[]; fallback: string[]; quorum?: number } {
  const [, quorum, who = '', fallback = ''] = pattern.exec(line.trim()) ?? [];
  return {
    ...{ who: wordsIn(who), fallback: wordsIn(fallback) },
    ...(quorum === undefined ? {} : { quorum: Number(quorum) }),
  };
}

const wordsIn = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
