import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { actAs as actAsIn } from '../acting-as.ts';
import { expectPicture } from './picture.ts';

/** Where the pictures of a walk go: to the documents by `npm run screenshots`, else where one can look at them afterwards. */
const album =
  process.env.WALK_PICTURES === 'keep'
    ? join(import.meta.dirname, '../../../docs/images/walks')
    : join(tmpdir(), 'rollcall-walks');

export type Text = string | RegExp;

/** Somebody in front of a window of the local workspace, with a mouse and a keyboard. Whatever they look for, they wait until it is drawn. */
export type Walker = ReturnType<typeof walkerAt>;

/** `window`: the one they sit at; asked for at each step, since it opens later than the tests are declared. */
export function walkerAt(window: () => Page) {
  const dialog = () => window().getByRole('dialog');
  /** The form itself is called like its title. */
  const field = (label: Text) => dialog().locator('.field, .actions').getByLabel(label).first();
  const composer = () => window().locator('.pane > .composer').getByRole('textbox', { name: 'Message' });

  const actAs = (name: string): Promise<void> => actAsIn(window(), name);

  /** Opens a channel, or the messages with the app (`Rollcall`), and waits until one can write there. */
  async function openChannel(name: string): Promise<void> {
    await window().locator(`[data-channel-name="${name}"]`).click();
    await window()
      .getByPlaceholder(new RegExp(`^Message .*${name}$`))
      .waitFor();
  }

  /** Types a line key by key where one is, and sends it. What a redraw swallowed is typed again. */
  async function say(line: string): Promise<void> {
    const typed = async () => {
      await composer().fill('');
      await composer().pressSequentially(line);
      return composer().inputValue();
    };
    await expect.poll(typed, { timeout: 60_000 }).toBe(line);
    await composer().press('Enter');
    await expect.poll(() => composer().inputValue(), { timeout: 60_000 }).toBe('');
  }

  /** The newest message that says this. */
  const message = (text: Text): Locator =>
    window().locator('.messages > article[data-ts]').filter({ hasText: text }).last();

  /** Presses a button; of several the last, which is the newest. */
  async function press(name: Text, within: Locator | Page = window()): Promise<void> {
    await within.getByRole('button', { name }).last().click();
  }

  /**
   * Presses a button that opens a modal, and waits for what is to be read in it. Where nothing opens, it is pressed again, as people
   * do: Slack lets an app open a modal for three seconds after a press, which a busy machine may miss.
   */
  async function opens(name: Text, what: Text, within: Locator | Page = window()): Promise<void> {
    const opened = dialog().getByText(what).last();
    const pressed = async () => {
      if (!(await opened.isVisible())) await press(name, within);
      await opened.waitFor({ timeout: 8_000 });
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await pressed();
      } catch (error) {
        if (tries === mostPresses) throw error;
      }
    }
  }

  /** Waits until this is to be read; answers where. */
  async function reads(text: Text, within: Locator | Page = window()): Promise<Locator> {
    const found = within.getByText(text).last();
    await found.waitFor();
    return found;
  }

  /** Says yes where the workspace asks whether it is meant. */
  async function confirm(name: Text): Promise<void> {
    const asked = window().getByRole('alertdialog');
    await asked.getByRole('button', { name }).click();
    await asked.waitFor({ state: 'hidden' });
  }

  /** Writes into an input of the form. */
  const write = (label: Text, text: string): Promise<void> => field(label).fill(text);

  /** Chooses in a menu of the form. */
  async function choose(label: Text, option: string): Promise<void> {
    await field(label).selectOption({ label: option });
  }

  /** Searches in an input of the form by typing, and takes what is called exactly so. */
  async function find(label: Text, typed: string, option = typed): Promise<void> {
    await field(label).fill('');
    await field(label).pressSequentially(typed);
    await window().getByRole('option', { name: option, exact: true }).click();
    await dialog().locator('.chip', { hasText: option }).first().waitFor();
  }

  /** Presses a button of the form, and waits until it closes. */
  async function finish(name: Text): Promise<void> {
    await press(name, dialog());
    await dialog().waitFor({ state: 'hidden' });
  }

  /** Goes on by `key` until this has the focus, as somebody without a mouse does. */
  async function tabTo(wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await wanted.waitFor();
    for (let step = 0; step < mostSteps; step += 1) {
      if (await wanted.evaluate((element) => element.matches(':focus'))) return;
      await window().keyboard.press(key);
    }
    throw new Error(`the keyboard does not reach ${wanted}`);
  }

  /** Scrolls a message to the middle of the window; one that is taller, to its beginning. */
  const centre = (of: Locator): Promise<void> =>
    of.evaluate((element) => {
      const room = element.closest('.messages')?.clientHeight ?? 0;
      element.scrollIntoView({ block: element.clientHeight > room ? 'start' : 'center' });
    });

  /**
   * Takes a picture of the window without the notice on top, which names this machine's ports and folders. It is a picture of
   * something, small enough for the documents, and nothing on it sticks out of the window.
   */
  async function shoot(name: string): Promise<void> {
    const { width, height } = window().viewportSize() ?? { width: 0, height: 0 };
    const top = await noticeEnd(window());
    const clip = { x: 0, y: top, width, height: height - top };
    // What the mouse happens to be over would look pressed.
    await window().mouse.move(0, 0);
    const png = await window().screenshot({ clip, animations: 'disabled', caret: 'hide' });
    mkdirSync(album, { recursive: true });
    writeFileSync(join(album, `${name}.png`), png);
    expectPicture(png, name);
    expect(await overhang(window())).toBe(0);
  }

  const look = { dialog, field, composer, message, reads, centre, shoot };
  return { ...look, actAs, openChannel, say, press, opens, confirm, write, choose, find, finish, tabTo };
}

/** Where the notice of the workspace ends; other pages have none. */
async function noticeEnd(window: Page): Promise<number> {
  const notice = window.locator('#notices');
  if ((await notice.count()) === 0) return 0;
  const box = await notice.boundingBox();
  return Math.ceil((box?.y ?? 0) + (box?.height ?? 0));
}

/** Presses of one button after which it does not open. */
const mostPresses = 6;

/** Presses of Tab that are one too many for anybody. */
const mostSteps = 150;

/** Pixels that one would have to scroll sideways. */
const overhang = (window: Page): Promise<number> =>
  window.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
