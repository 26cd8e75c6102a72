/** Private addresses, in ways they can be written. */
export const privateHosts = [
  '127.0.0.1',
  '2130706433',
  '0177.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  'localhost',
  '10.255.255.1',
  '0',
] as const;
