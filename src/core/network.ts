const dotted = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** An IPv4 address as a number; null where it is none. */
function numberOf(address: string): number | null {
  const parts = dotted.exec(address)?.slice(1).map(Number) ?? [];
  if (parts.length !== 4 || parts.some((part) => part > 255)) return null;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

/** Is the host an IPv4 address of this network (`10.1.0.0/16`)? What is nonsense holds nothing. */
export function isInNetwork(host: string, network: string): boolean {
  const [, start = '', bits = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(network) ?? [];
  const [address, first] = [numberOf(host), numberOf(start)];
  if (address === null || first === null || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(first / size);
}
