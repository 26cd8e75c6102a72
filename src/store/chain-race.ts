import { RollcallError } from '../core/errors.ts';

/** Another publisher was faster: read the head again, then append what is not known yet. */
export const chainRace = (partition: string, sequence: number, options?: ErrorOptions) =>
  new RollcallError(
    'chain-race',
    'retry',
    `event ${sequence} of ${partition} is written already`,
    'Read the head of the chain again and append after it.',
    options,
  );
