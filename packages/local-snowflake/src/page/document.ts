import type { EmulatorSettings } from '../settings.ts';
import { visible } from '../terminal-text.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** The page before anything is shown on it. @param origin as the browser reaches it, `http://127.0.0.1:8080` */
export function document(settings: EmulatorSettings, origin: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local Snowflake</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#databases-title">Skip to the databases</a>
<header>
<h1>Local Snowflake</h1>
<span class="status" id="status" role="status">connecting</span>
<span class="quiet" id="uptime"></span>
</header>
<noscript><p>This page needs JavaScript, which asks the local Snowflake for its state.</p></noscript>
<main>
${section('databases', 'Databases', { count: 'table-count' })}
<section aria-labelledby="connect-title">
<div class="head"><h2 id="connect-title">Connect</h2></div>
${connection(settings, origin)}
</section>
${section('channels', 'Streaming channels', { wide: true, count: 'channel-count' })}
${section('queries', 'Recent queries', { wide: true })}
${section('faults', 'Faults on demand', { wide: true, hidden: true })}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

interface Look {
  readonly wide?: boolean;
  readonly hidden?: boolean;
  readonly count?: string;
}

function section(id: string, title: string, { wide, hidden, count }: Look): string {
  const counted = count === undefined ? '' : `<span class="quiet" id="${count}"></span>`;
  return `<section id="${id}-section"${wide ? ' class="wide"' : ''}${hidden ? ' hidden' : ''} aria-labelledby="${id}-title">
<div class="head"><h2 id="${id}-title" tabindex="-1">${title}</h2>${counted}</div>
<div id="${id}"></div>
</section>`;
}

/** Everything that a client needs except the password, which only the folder of the data knows. */
function connection(settings: EmulatorSettings, origin: string): string {
  const { account, user, role, warehouse, database, schema, privateKeyPath, dataDir } = settings;
  const { host } = new URL(origin);
  const key = privateKeyPath === null ? {} : { private_key_file: privateKeyPath };
  const jdbc = Object.entries({ ssl: 'off', account, user, db: database, schema, ...key })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
    .replaceAll('%2F', '/');
  const rows = {
    URL: origin,
    Account: account,
    User: user,
    Role: role,
    Warehouse: warehouse,
    Database: database,
    Schema: schema,
    'Private key': privateKeyPath ?? 'the one that belongs to the public key that was given at the start',
    JDBC: `jdbc:snowflake://${host}/?${jdbc}`,
    Data: dataDir,
  };
  const list = Object.entries(rows).map(
    ([name, value]) => `<dt>${name}</dt><dd>${escaped(visible(value))}</dd>`,
  );
  return `<dl>\n${list.join('\n')}\n</dl>\n<p class="empty">The password is in the file <code>password</code> of the data folder, unless one was given.</p>`;
}

function escaped(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => named[character] ?? '');
}
