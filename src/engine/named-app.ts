import { refused } from '../core/errors.ts';
import type { AppWorld, World } from './world.ts';

/** @throws RollcallError `unknown-app`. */
export function appNamed(world: World, name: string): AppWorld {
  const app = world.apps.get(name);
  if (app !== undefined) return app;
  const names = [...world.apps.keys()].join(', ');
  throw refused('unknown-app', `there is no app named ${name}`, `The apps are ${names === '' ? 'none yet' : names}.`);
}

export const titleOf = ({ app }: Pick<AppWorld, 'app'>): string => app.title ?? app.name;
