import type { Page } from 'playwright-core';

/**
 * Chooses in *Acting as* of the local workspace, and waits until it is drawn for that person: a press before that opens the messages
 * of whoever was there.
 */
export async function actAs(page: Page, name: string): Promise<void> {
  const people = page.getByRole('combobox', { name: 'Acting as' });
  await people.selectOption({ label: name });
  await people.locator('option[selected]', { hasText: name }).waitFor({ state: 'attached' });
}
