import { type Command, Option } from 'commander';
import { SETTINGS, type SettingKey } from '../config/schema.ts';

/**
 * Adds a flag for each setting, in the words of the schema. Values stay text: the schema checks them, whichever
 * source they come from.
 */
export function addSettings(command: Command, leftOut: readonly SettingKey[] = []): Command {
  for (const setting of SETTINGS) {
    if (leftOut.includes(setting.key)) continue;
    const fallback = setting.fallback === undefined ? '' : ` (${shown(setting.fallback)} when not set)`;
    // A switch stands alone too: --create is --create on.
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
