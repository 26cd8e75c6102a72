import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The CRM of the example company is paid for so few that not everybody who should have an account gets one. */
export const withSeats =
  (seats: number) =>
  async (dataDir: string): Promise<void> => {
    const acme = join(dataDir, 'acme');
    mkdirSync(acme, { recursive: true, mode: 0o700 });
    writeFileSync(join(acme, 'crm.json'), JSON.stringify({ users: [], groups: [], seats }));
  };
