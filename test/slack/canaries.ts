/** Something that must show nowhere, and what it is called in a failure. `only`: sinks it may stand in, since it is shown there. */
export type Canary = { name: string; value: string; allowed?: readonly string[] };
/** Something that was written, said or shown. */
export type Sink = { name: string; bytes: Buffer };

const shortest = 8;

/** The value however it may be written: as it is, encoded, escaped, or in pieces of eight. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [
    value,
    value.normalize('NFD'),
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value)).slice(3, -3),
  ];
  forms.push(encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2), bytes.toString('hex'));
  forms.push(bytes.toString('hex').toUpperCase(), ...inBase64(bytes));
  for (let start = 0; start + shortest <= value.length; start += shortest)
    forms.push(value.slice(start, start + shortest));
  return [...new Set(forms)].filter((form) => form.length >= shortest);
}

/** Within a longer text it is encoded in one of three ways, by where it begins. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = text.slice(before === 0 ? 0 : before + 1, -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/**
 * Every canary that shows in a sink, with the form it was seen in and what stands around it. `least`: shorter forms are not looked for, where
 * they would be found by chance.
 */
export function seenIn(sinks: readonly Sink[], canaries: readonly Canary[], least = shortest): string[] {
  const found: string[] = [];
  for (const { name: what, value, allowed = [] } of canaries) {
    for (const form of formsOf(value).filter(({ length }) => length >= least)) {
      for (const { name, bytes } of sinks) {
        if (allowed.includes(name)) continue;
        const at = bytes.indexOf(form);
        if (at === -1) continue;
        const around = bytes.subarray(Math.max(0, at - 120), at).toString('latin1');
        found.push(`${what} in ${name}: …${around.replace(/[^\x20-\x7e]+/g, '·')}«${form.slice(0, 12)}»`);
      }
    }
  }
  return found;
}
