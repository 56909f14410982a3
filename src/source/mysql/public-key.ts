import { type AuthPlugin, authPlugins } from 'mysql2';
import { isLoopback } from '../../config/loopback.ts';
import type { MysqlSettings } from '../../config/settings.ts';
import { ServerFault } from './server-fault.ts';

/** The plugins that encrypt a password by the server's RSA key, with what asks the server for that key. */
const REQUESTS = { caching_sha2_password: 2, sha256_password: 1 } as const;

/**
 * The plugins of a login without TLS. A key that comes over the network may be that of an impostor, who then decrypts
 * the password: https://dev.mysql.com/doc/refman/8.4/en/caching-sha2-pluggable-authentication.html. So it is asked for
 * only where the answer comes from this machine, or where that is allowed; a key from the settings is used instead
 * of it.
 */
export function pluginsWithoutTls({
  host,
  serverPublicKey,
  allowPublicKeyRetrieval,
}: MysqlSettings): Readonly<Record<string, AuthPlugin>> {
  if (serverPublicKey === undefined && (allowPublicKeyRetrieval === true || isLoopback(host))) return {};
  const options = serverPublicKey === undefined ? {} : { serverPublicKey };
  return Object.fromEntries(
    Object.entries(REQUESTS).map(([name, request]) => [
      name,
      unless(request, name, authPlugins[name as keyof typeof REQUESTS](options)),
    ]),
  );
}

/** The same plugin, which ends the login where it would ask for the key. */
function unless(request: number, name: string, plugin: AuthPlugin): AuthPlugin {
  return (login) => {
    const answerTo = plugin(login);
    return (data) => {
      const answer = answerTo(data);
      if (Buffer.isBuffer(answer) && answer.length === 1 && answer[0] === request)
        throw new ServerFault(
          'PUBLIC_KEY_NOT_KNOWN',
          `${name} would encrypt the password by a key that the server sends, and without TLS nothing proves whose key that is`,
        );
      return answer;
    };
  };
}
