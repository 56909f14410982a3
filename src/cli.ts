#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { stopJvm } from './bridge/jvm.ts';
import { channelsCommand } from './commands/channels.ts';
import { checkCommand } from './commands/check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { localCommand } from './commands/local.ts';
import { planCommand } from './commands/plan.ts';
import { retryRejectsCommand } from './commands/retry-rejects.ts';
import { runCommand } from './commands/run.ts';
import { addSettings } from './commands/settings-options.ts';
import { told } from './commands/told-error.ts';
import { type ExitCode, exitCodeOf } from './errors.ts';
import { visible } from './report/visible.ts';

/** Milliseconds that handles of others may keep the process alive after its last line. */
const LINGER = 1_500;

const EXIT_CODES = `
Exit codes: 0 all rows there and proven; 1 unexpected; 2 settings; 3 rows differ;
4 rows refused beyond --max-rejects; 5 source or target unreachable; 130 and 143 signals.`;

let exitCode: ExitCode = 0;

function program(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  // Before the subcommands: they take both over when they are made.
  const cli = new Command('snowstream')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(usageError(text)) })
    .description(
      'Streams MySQL tables into Snowflake through its official Java SDK, and proves each load by SQL.',
    )
    .version(version, '--version')
    .addHelpText('after', EXIT_CODES);

  addSettings(subcommand(cli, 'run', 'stream the tables and prove them; with --gold, make the gold table'))
    .option('--local', 'into a local Snowflake that is started for the run: no account needed')
    .option('--data <FOLDER>', 'data of the local Snowflake (.snowstream/snowflake when not set)')
    .option('--restart', 'empty the targets, once that is confirmed, and load the tables from the first row')
    .option('--yes', 'confirm --restart')
    .option('--json', 'print the report as JSON')
    .action(async ({ local, data, restart, yes, json, ...flags }) => {
      exitCode = await runCommand(flags, { local, data, restart, yes, json });
    });
  addSettings(subcommand(cli, 'plan', 'print what a run would do with each table, and change nothing'))
    .option('--json', 'print the plan as JSON')
    .action(async ({ json, ...flags }) => {
      exitCode = await planCommand(flags, { json });
    });
  addSettings(subcommand(cli, 'check', 'prove tables that were loaded before, by SQL alone'))
    .option('--json', 'print the proof as JSON')
    .action(async ({ json, ...flags }) => {
      exitCode = await checkCommand(flags, { json });
    });
  addSettings(
    subcommand(
      cli,
      'channels',
      'list the channels of the tables with their committed offset tokens, or drop one',
    ),
  )
    .argument('[ACTION]', 'list, or drop', 'list')
    .argument('[NAME]', 'the channel to drop')
    .option('--yes', 'drop it: a later run then begins anew')
    .option('--json', 'print the channels as JSON')
    .action(async (action, name, { yes, json, ...flags }) => {
      exitCode = await channelsCommand(flags, { action, name, yes, json });
    });
  addSettings(
    subcommand(cli, 'retry-rejects', 'send the rows of a rejects file again, now that the cause is mended'),
    ['rejects', 'maxRejects'],
  )
    .argument('<FILE>', 'what a run with --rejects has written')
    .option('--json', 'print the report as JSON')
    .action(async (file, { json, ...flags }) => {
      exitCode = await retryRejectsCommand(file, flags, { json });
    });
  subcommand(cli, 'local', 'start a local Snowflake and print the settings that lead to it')
    .option('--host <ADDRESS>', 'IPv4 address to listen on (127.0.0.1 when not set)')
    .option('--port <PORT>', 'port (a free one when not set)')
    .option('--data <FOLDER>', 'where it keeps its data (.snowstream/snowflake when not set)')
    .option('--stage <KIND>', 'how streaming clients bring their blobs: local (a folder; default) or s3')
    .option('--user <NAME>', 'the one user (LOCAL_USER when not set)')
    .option('--public-key <FILE>', "PEM of the user's public key (a pair is made when not set)")
    .option('--password <PASSWORD>', "the user's password (made and kept in the data folder when not set)")
    .option('--account <NAME>', 'name of the account (LOCAL when not set)')
    .option(
      '--faults <FAULT...>',
      'what is to go wrong: ENDPOINT:KIND[:OPTION=VALUE…], as register:code=7:count=3',
    )
    .option('--fault-seed <SEED>', 'repeats the chances of an earlier run with the same faults')
    .option('--json', 'print the settings as JSON')
    .action(async (flags) => {
      exitCode = await localCommand(flags);
    });
  addSettings(subcommand(cli, 'doctor', 'look at everything that a run needs'))
    .option('--json', 'print the findings as JSON')
    .action(async ({ json, ...flags }) => {
      exitCode = await doctorCommand(flags, { json });
    });
  return cli;
}

function subcommand(cli: Command, name: string, description: string): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return cli.command(name).description(description).version(version, '--version').showSuggestionAfterError();
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    exitCode = error instanceof CommanderError ? usageExitCode(error) : told(error);
  }
  stopJvm();
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LINGER).unref();
}

/** What commander says of wrong flags, without the value of one that is misspelt, which may be a secret. */
function usageError(text: string): string {
  return visible(text.replace(/^error: /, 'snowstream: ').replace(/('--?[^=\s]+)=.*'/su, "$1'"));
}

/** Commander has said what is wrong already; help and version are no errors. */
function usageExitCode(error: CommanderError): ExitCode {
  return error.exitCode === 0 ? 0 : exitCodeOf('CONFIG_INVALID');
}

await main();
