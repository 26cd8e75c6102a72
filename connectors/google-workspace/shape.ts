import { z } from 'zod';
import type { TargetShape } from '../../src/core/connector.ts';
import { attributesIn, parameters } from './attributes.ts';
import { Options } from './config.ts';
import { rate } from './rate.ts';

/** As it stands in a file or on a form, unfinished or wrong: what cannot be read is as by default. */
const Sketch = z.looseObject({ options: Options.catch(() => Options.parse({})).default(() => Options.parse({})) });

/** What the app of a connection can do and hold. */
export function shapeOf(connection: Readonly<Record<string, unknown>>): TargetShape {
  const { options } = Sketch.parse(connection);
  return {
    title: 'Google Workspace',
    capabilities: { suspend: true, delete: true, entitlements: options.groups, password: true, uniqueKey: true },
    ...{ attributes: attributesIn(options), parameters, rate },
    remarks: {
      delete: 'Google keeps a deleted account for 20 days; whoever is hired again in that time gets it back.',
    },
  };
}
