import { isIP } from 'node:net';

/** True for a value of the Host header that can only mean this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = hostName(host);
  return name === 'localhost' || isLoopbackAddress(name);
}

/** True for an IP address of this machine alone, IPv4 addresses in IPv6 form among them. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/i.test(address);
}

/** The name or address in a Host header, in lower case and without port and brackets; empty for another text. */
export function hostName(host: string): string {
  const [, bracketed, plain] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(host) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed.toLowerCase() : '';
  return plain?.toLowerCase() ?? '';
}
