/** An account by its identifier, and its URL where that was given with it. */
export interface AccountAddress {
  readonly account: string;
  readonly url?: string;
}

// A host name may end in a dot.
const HOST = /^(?:(https?):\/\/)?([\w-][\w.-]*)\.snowflakecomputing\.(com|cn)\.?(:\d+)?(?:[/?#].*)?$/iu;
// An organisation's name has letters and digits only; a region, which older links have in its place, has hyphens.
const SNOWSIGHT = /^(?:https:\/\/)?app\.snowflake\.(com|cn)\/([a-z][a-z\d]*)\/(\w+)(?:[/?#].*)?$/iu;

/**
 * Reads an account as people copy it: its identifier, its host (of any region, PrivateLink, China), its URL, or the
 * address of its page in Snowsight.
 *
 * @example parseAccount('https://myorg-acct.snowflakecomputing.cn/'); // account myorg-acct, and its URL
 */
export function parseAccount(given: string): AccountAddress {
  const text = given.trim();
  const [isHost, scheme = 'https', account = '', domain, port = ''] = HOST.exec(text) ?? [];
  if (isHost !== undefined)
    return { account, url: `${scheme}://${hostLabel(account)}.snowflakecomputing.${domain}${port}` };
  const [isPage, top, organisation, name] = SNOWSIGHT.exec(text) ?? [];
  if (isPage === undefined) return { account: text };
  const identifier = `${organisation}-${name}`;
  const url = `https://${hostLabel(identifier)}.snowflakecomputing.${top}`;
  return { account: identifier, url };
}

/**
 * The account in a host name. An underscore is no letter of one; Snowflake answers to the hyphen in its place:
 * https://docs.snowflake.com/en/user-guide/organizations-connect
 */
export function hostLabel(account: string): string {
  return account.toLowerCase().replaceAll('_', '-');
}
