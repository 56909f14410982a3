/** What a MySQL-compatible server calls itself. */
export interface Server {
  readonly product: 'mysql' | 'mariadb';
  readonly version: readonly number[];
}

/** @param version as `SELECT VERSION()` gives it: `9.7.0` or `11.4.5-MariaDB-log` */
export function serverOf(version: string): Server {
  const [numbers = ''] = /^[\d.]+/.exec(version) ?? [];
  return {
    product: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    version: numbers.split('.').map(Number),
  };
}

/** @param servers one or several of `mysql`, `mariadb`, `mysql >= 9`, `mariadb >= 10.7`, with commas */
export function isServer(server: Server, servers: string): boolean {
  return servers.split(',').some((each) => {
    const [, product, least] = /^(mysql|mariadb)(?: >= ([\d.]+))?$/.exec(each.trim()) ?? [];
    if (product === undefined) throw new Error(`"${each.trim()}" names no server`);
    return product === server.product && (least === undefined || !isBefore(server.version, least));
  });
}

function isBefore(version: readonly number[], least: string): boolean {
  for (const [index, number] of least.split('.').map(Number).entries()) {
    const difference = (version[index] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
