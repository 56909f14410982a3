import { Command, Option } from 'commander';
import { SETTINGS, type SettingKey } from '../config/schema.ts';

/**
 * Adds a flag for each setting, in the words of the schema. Values stay text: the schema checks them, whichever
 * source they come from.
 */
export function addSettings(command: Command, excluded: readonly SettingKey[] = []): Command {
  for (const setting of SETTINGS) {
    if (excluded.includes(setting.key)) continue;
    const fallback = setting.fallback === undefined ? '' : ` (${shown(setting.fallback)} when not set)`;
    // A switch needs no value: --create is --create on.
    const isSwitch = setting.value.startsWith('on|off');
    const value = isSwitch ? `[${setting.value}]` : `<${setting.value}>`;
    const option = new Option(`${setting.flag} ${value}`, `${setting.about}${fallback} [${setting.env}]`);
    if (setting.repeat) option.argParser<string[]>((value, earlier) => [...(earlier ?? []), value]);
    command.addOption(option);
    // And one that is on can be turned off as people are used to: --no-resume.
    if (setting.fallback === true)
      command.addOption(new Option(setting.flag.replace('--', '--no-'), `${setting.flag} off`));
  }
  return command;
}

function shown(fallback: string | number | boolean): string {
  return typeof fallback === 'boolean' ? (fallback ? 'on' : 'off') : String(fallback);
}

/** The words that a switch takes, as `onOff` and `createMode` read them, and the empty one, which counts as none. */
const SWITCH_WORDS = ['', 'on', 'off', 'true', 'false', 'yes', 'no', '1', '0', 'schema', 'database'];

/** A command whose switches take the word behind them only when it is one of theirs: `--strict FILE` leaves FILE alone. */
export class SettingsCommand extends Command {
  override createCommand(name?: string): SettingsCommand {
    return new SettingsCommand(name);
  }

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    return super.parseOptions(withWordsOfSwitches(args, this.options));
  }
}

/** Writes `--strict` as `--strict=on` unless a word of a switch follows. */
function withWordsOfSwitches(args: readonly string[], options: readonly Option[]): string[] {
  const written: string[] = [];
  let isValue = false;
  for (const [index, arg] of args.entries()) {
    const option: Option | undefined = isValue
      ? undefined
      : options.find(({ long, short }) => long === arg || short === arg);
    if (arg === '--' && !isValue) return [...written, ...args.slice(index)];
    isValue = option?.required === true;
    // Commander takes <SOURCE[:TARGET]> for both.
    const isSwitch = option?.optional === true && !option.required;
    const isAlone = isSwitch && !SWITCH_WORDS.includes(args[index + 1]?.toLowerCase() ?? '');
    written.push(isAlone ? `${arg}=on` : arg);
  }
  return written;
}
