import { refused } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/model.ts';
import type { NumbersMessage, SignOnApp, SignOns } from '../../src/engine/sign-on/sign-ons.ts';
import { noSignOn } from './no-sign-on.ts';

/** What the engine would know of signing on; tests put other things here. */
export const worldOfSignOn = () => ({
  apps: [
    { app: 'wiki', title: 'Wiki', may: true, made: true, text: 'Your account there is managed.' },
    {
      ...{ app: 'hub', title: 'Image Hub', may: false, made: false },
      text: 'You are in no role that has Image Hub: ask for it with /provision request hub.',
    },
  ] as SignOnApp[],
  /** The message with the numbers, and whom it is about. */
  numbers: new Map<string, NumbersMessage & { person: string; right: number }>(),
  addresses: null as Awaited<ReturnType<SignOns['signOnAddresses']>> | null,
  /** Every link there was. */
  links: [] as string[],
});
export type WorldOfSignOn = ReturnType<typeof worldOfSignOn>;

/** Signing on as the Slack room sees it: every call is recorded, and answered from `world`. */
export function recordedSignOn(calls: string[], world: WorldOfSignOn): SignOns {
  /** Only the one it is about, and once. */
  const settled = (id: string, person: Person, state: NumbersMessage['state'], text: string): boolean => {
    const found = world.numbers.get(id);
    if (found?.person !== person.id || found.state !== 'open') return false;
    world.numbers.set(id, { ...found, state, text });
    return true;
  };
  const notYours = 'That sign-on is over, or is not yours. Begin again in the browser.';
  return {
    ...noSignOn,
    signOnApps: async () => world.apps,
    async signOnLink(person, app, slack) {
      calls.push(`sign-on ${person.id} ${app} ${slack.user}`);
      const found = world.apps.find((one) => one.app === app);
      if (found === undefined) throw refused('unknown-app', `there is no app ${app}`, 'Look at the list.');
      const { title, text } = found;
      if (!found.may) return { result: 'refused', app, title, text };
      const link = `https://rollcall.acme.test/saml/go/tokenOf${person.id}${world.links.length}xyz`;
      world.links.push(link);
      const once = `Sign on to ${title} by this link: it works once, for 5 minutes, and is for you alone.`;
      return { result: 'link', app, title, link, expires: Date.UTC(2030, 0, 1), text: once };
    },
    async numbersMessage(subject) {
      const [id = '', person] = subject.split(' ');
      const found = world.numbers.get(id) ?? null;
      return found === null || found.person === person ? found : { ...found, state: 'over' };
    },
    async pickNumber(id, number, person) {
      calls.push(`pick ${id} ${number} ${person.id}`);
      const right = world.numbers.get(id)?.right === number;
      const text = right
        ? 'Confirmed: the browser goes on to Wiki by itself.'
        : 'That is not the number the browser shows. Begin again there.';
      const done = settled(id, person, right ? 'confirmed' : 'refused', text);
      return done ? { result: right ? 'confirmed' : 'refused', text } : { result: 'refused', text: notYours };
    },
    async denySignOn(id, person) {
      calls.push(`deny ${id} ${person.id}`);
      const text = 'The browser was not signed on. Admins find it in the history.';
      return { text: settled(id, person, 'refused', text) ? text : notYours };
    },
    async signOnAddresses() {
      if (world.addresses !== null) return world.addresses;
      throw refused('no-address', 'Rollcall has no address', 'Set PUBLIC_URL.');
    },
  };
}
