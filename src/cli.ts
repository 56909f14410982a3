#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { type Command, CommanderError, Option } from 'commander';
import { stopJvm } from './bridge/jvm.ts';
import { dropChannelCommand, listChannelsCommand } from './commands/channels.ts';
import { checkCommand } from './commands/check.ts';
import { CommandOutput, type Result } from './commands/command-output.ts';
import { doctorCommand } from './commands/doctor.ts';
import { localCommand } from './commands/local.ts';
import { endWithNpx } from './commands/npx-parent.ts';
import { planCommand } from './commands/plan.ts';
import { retryRejectsCommand } from './commands/retry-rejects.ts';
import { runCommand } from './commands/run.ts';
import { addSettings, SettingsCommand } from './commands/settings-options.ts';
import { drained, ignoreClosedReaders } from './commands/standard-streams.ts';
import { type ExitCode, exitCodeOf } from './errors.ts';

/** Milliseconds that handles of others may keep the process alive after its last line. */
const LINGER = 1_500;

const EXIT_CODES = `
Exit codes: 0 all rows there and proven; 1 unexpected; 2 settings; 3 rows differ;
4 rows rejected beyond --max-rejects; 5 source or target unreachable; 130 and 143 signals.`;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Flags as commander hands them over. */
type Flags = Readonly<Record<string, unknown>>;

let exitCode: ExitCode = 0;
let usageProblem = '';

function program(): Command {
  // Before the subcommands: they take both over when they are made.
  const cli = withVersion(new SettingsCommand('snowstream'))
    .exitOverride()
    .configureOutput({
      outputError: (text) => {
        usageProblem += text;
      },
    })
    .description(
      'Streams MySQL tables into Snowflake through its official Java SDK, and proves each load by SQL.',
    )
    .addHelpText('after', EXIT_CODES);

  addSettings(subcommand(cli, 'run', 'stream the tables and prove them; with --gold, make the gold table'))
    .option('--local', 'into a local Snowflake, started for the run: no account needed')
    .option('--data <FOLDER>', 'data of the local Snowflake (.snowstream/snowflake when not set)')
    .option('--restart', 'empty the targets, after confirmation, and load the tables from the first row')
    .option('--yes', 'confirm --restart')
    .option('--json', 'print the report as JSON')
    .action(({ local, data, restart, yes, ...flags }) =>
      printed(flags, (settings, output) => runCommand(settings, { local, data, restart, yes }, output)),
    );
  addSettings(subcommand(cli, 'plan', 'print what a run would do with each table, and change nothing'))
    .option('--json', 'print the plan as JSON')
    .action((flags) => printed(flags, planCommand));
  addSettings(subcommand(cli, 'check', 'prove tables that were loaded before, by SQL only'))
    .option('--json', 'print the proof as JSON')
    .action((flags) => printed(flags, checkCommand));
  addChannels(cli);
  addSettings(
    subcommand(cli, 'retry-rejects', 'send the rows of a rejects file again after their cause was fixed'),
    ['rejects', 'maxRejects'],
  )
    .argument('<FILE>', 'what a run with --rejects has written')
    .option('--json', 'print the report as JSON')
    .action((file, flags) =>
      printed(flags, (settings, output) => retryRejectsCommand(file, settings, output)),
    );
  subcommand(cli, 'local', 'start a local Snowflake and print the settings to connect to it')
    .option('--host <ADDRESS>', 'IPv4 address to listen on (127.0.0.1 when not set)')
    .option('--port <PORT>', 'port (a free one when not set)')
    .option('--data <FOLDER>', 'where it keeps its data (.snowstream/snowflake when not set)')
    .option('--stage <KIND>', 'how streaming clients upload their blobs: local (a folder; default) or s3')
    .option('--user <NAME>', 'the one user (LOCAL_USER when not set)')
    .option('--public-key <FILE>', "PEM of the user's public key (a pair is made when not set)")
    .option(
      '--password <PASSWORD>',
      "the user's password (generated and kept in the data folder when not set)",
    )
    .option('--account <NAME>', 'name of the account (LOCAL when not set)')
    .option(
      '--faults <FAULT...>',
      'a fault to inject: ENDPOINT:KIND[:OPTION=VALUE…], such as register:code=7:count=3',
    )
    .option('--fault-seed <SEED>', 'repeats the random choices of an earlier run with the same faults')
    .option('--json', 'print the settings as JSON')
    .action(({ json, ...flags }) =>
      reported(new CommandOutput(json === true), (output) => localCommand(flags, output)),
    );
  addSettings(subcommand(cli, 'doctor', 'look at everything that a run needs'))
    .option('--json', 'print the findings as JSON')
    .action((flags) => printed(flags, doctorCommand));
  return cli;
}

function addChannels(cli: Command): void {
  // The settings belong to the command above both, and may be written before or after their names.
  const channels = addSettings(
    subcommand(
      cli,
      'channels',
      'list the channels of the tables with their committed offset tokens, or drop one',
    ),
  )
    .configureHelp({ showGlobalOptions: true })
    .option('--json', 'print what is listed or dropped as JSON');
  subcommand(channels, 'list', 'list them; what channels alone does', { isDefault: true })
    .allowExcessArguments()
    .action((_own, command: Command) => {
      const [word] = command.args;
      if (word !== undefined)
        command.error(`error: unknown command '${word}': write channels list, or channels drop NAME`);
      return printed(command.optsWithGlobals(), listChannelsCommand);
    });
  subcommand(channels, 'drop', 'drop one: a later run then sends every row of its table again')
    .argument('<NAME>', 'the channel')
    .option('--yes', 'confirm it')
    .action((name, _own, command: Command) => {
      const { yes, ...flags } = command.optsWithGlobals();
      return printed(flags, (settings, output) => dropChannelCommand(name, settings, { yes }, output));
    });
}

function subcommand(cli: Command, name: string, description: string, options = {}): Command {
  return withVersion(cli.command(name, options)).description(description).showSuggestionAfterError();
}

/** `-v` and `-V`: other programs take one or the other, and people try both. */
function withVersion(command: Command): Command {
  return command
    .version(version, '-v, --version')
    .addOption(new Option('-V').hideHelp())
    .on('option:V', () => {
      process.stdout.write(`${version}\n`);
      throw new CommanderError(0, 'commander.version', version);
    });
}

/** Runs a command and prints its result. */
function printed(
  { json, ...flags }: Flags,
  command: (settings: Flags, output: CommandOutput) => Promise<Result>,
): Promise<void> {
  return reported(new CommandOutput(json === true, flags), async (output) => {
    exitCode = output.print(await command(flags, output));
  });
}

async function reported(
  output: CommandOutput,
  command: (output: CommandOutput) => Promise<void>,
): Promise<void> {
  try {
    await command(output);
  } catch (error) {
    exitCode = output.fail(error);
  }
}

async function main(): Promise<void> {
  endWithNpx();
  ignoreClosedReaders((error) => {
    exitCode = new CommandOutput(false).fail(error);
  });
  try {
    await program().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = usageExitCode(error);
  }
  stopJvm();
  await drained();
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LINGER).unref();
}

/** Help and version are no errors; help that nobody asked for, for want of a command, has been printed. */
function usageExitCode({ exitCode: code }: CommanderError): ExitCode {
  if (code === 0) return 0;
  if (usageProblem === '') return exitCodeOf('CONFIG_INVALID');
  return new CommandOutput(process.argv.includes('--json')).failUsage(usageProblem);
}

await main();
