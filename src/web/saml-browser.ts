/** In this order: several call themselves by the names of others too. */
const browsers: readonly [mark: RegExp, name: string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const systems: readonly [mark: RegExp, name: string][] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'an iPhone'],
  [/\biPad\b/, 'an iPad'],
  [/\bMac OS X\b/, 'a Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const nameIn = (table: typeof browsers, text: string, otherwise: string): string =>
  table.find(([mark]) => mark.test(text))?.[1] ?? otherwise;

/**
 * Where a browser is and what it is, for the person who is asked whether it is theirs: “Firefox on Linux, at 203.0.113.7”. In words of
 * ours alone: whoever sits there could write anything into their browser's name, and it is read in Slack.
 */
export function browserFrom(userAgent: string, address: string): string {
  const name = nameIn(browsers, userAgent, 'a browser');
  const system = nameIn(systems, userAgent, 'an unknown system');
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return `${name} on ${system}${plain === '' ? '' : `, at ${plain}`}`;
}
