import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys } from '../../src/store/sealing-keys.ts';

/** The production sealer under a key of sevens. */
export function testSealing() {
  const keys = environmentKeys([new Uint8Array(32).fill(7)]);
  return { keys, sealer: createSealer(keys) };
}
