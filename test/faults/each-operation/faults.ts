import { appFaults } from './app-faults.ts';
import type { Fault } from './fault.ts';
import { peopleFaults } from './people-faults.ts';
import { processFaults } from './process-faults.ts';

export const faults: readonly Fault[] = [
  ...[...appFaults, ...peopleFaults].map((fault): Fault => ({ ...fault, alone: true })),
  ...processFaults,
];
