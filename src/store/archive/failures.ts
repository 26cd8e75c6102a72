import { refused } from '../../core/errors.ts';

/** The file was cut off or changed since it was written. `line` counts from 1. */
export const damaged = (why: string, line?: number) =>
  refused(
    'damaged-export',
    `the export is damaged${line === undefined ? '' : ` at line ${line}`}: ${why}`,
    'Take another copy of it, or export again. Nothing was imported.',
  );

export const foreign = () =>
  refused(
    'foreign-export',
    'this is no export of a store',
    'Give a file that `rollcall store export` wrote; a configuration is imported by `rollcall config import`.',
  );

export const newer = (what: string, ours: string) =>
  refused(
    'newer-export',
    `the export was written by ${what}, and this is ${ours}`,
    'Update Rollcall here first, then import.',
  );
