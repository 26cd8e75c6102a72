import { z } from 'zod';
import type { PersonStatus } from '../../src/core/connector.ts';

const words = z.array(z.string()).default([]).describe('Words of the status column, beside the usual ones');

/** The config of a directory that is a CSV file. */
export const CsvConfig = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .describe('Its path on the machine of the bot; a relative one begins where the bot was started'),
    key: z
      .string()
      .min(1)
      .describe('Header (or attribute) of the column whose value tells people apart and never changes'),
    columns: z
      .record(z.string().min(1), z.string().min(1))
      .default({})
      .describe('Attribute and its header, where the header does not say it by itself'),
    /** Words of the status column, beside the usual ones. */
    status: z.strictObject({ active: words, suspended: words, left: words }).prefault({}),
    delimiter: z.enum([',', ';', '\t', '|']).optional().describe('Empty: found out from the header'),
    encoding: z
      .enum(['utf-8', 'utf-16le', 'windows-1252', 'latin1'])
      .optional()
      .describe('Empty: by byte order mark, else UTF-8'),
    minimumRows: z.number().int().min(1).default(1).describe('With fewer rows the file says nothing about who is gone'),
  })
  .superRefine(({ status }, context) => {
    const said = new Map<string, string>();
    for (const [state, list] of Object.entries(status))
      for (const word of list.map(normalWord)) {
        const other = said.get(word) ?? state;
        if (other !== state)
          context.addIssue({ code: 'custom', path: ['status', state], message: `"${word}" already means ${other}` });
        said.set(word, state);
      }
  });
export type CsvConfig = z.infer<typeof CsvConfig>;

const usual: Record<PersonStatus, readonly string[]> = {
  active: ['active', 'enabled', 'employed', '1', 'true', 'yes'],
  suspended: ['suspended', 'inactive', 'disabled', '0', 'false', 'no'],
  left: ['left', 'terminated', 'deleted'],
};

export const normalWord = (word: string) => word.trim().toLowerCase();

/** What each word of the status column means; the config has the last word. */
export function statusWords(status: CsvConfig['status']): ReadonlyMap<string, PersonStatus> {
  const states = Object.keys(usual) as PersonStatus[];
  const pairs = (lists: Record<PersonStatus, readonly string[]>) =>
    states.flatMap((state) => lists[state].map((word) => [normalWord(word), state] as const));
  return new Map([...pairs(usual), ...pairs(status)]);
}
