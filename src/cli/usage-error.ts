import { UserError } from '../errors.js';
import { nearestName } from '../nearest.js';
import { BASELINE, CHECK, COMMON, CONFIG, FACTS, INIT, RULES, SCHEMA } from './flags.js';

const COMMANDS = ['check', 'explain', 'schema', 'plan', 'facts', 'rules', 'init', 'baseline', 'completion'];
const FLAGS = [...Object.keys({ ...CHECK, ...COMMON, ...CONFIG, ...FACTS, ...INIT, ...RULES, ...SCHEMA, reason: BASELINE.reason }), 'help', 'version'];
const HINT = 'See "schemalint --help" and "schemalint <command> --help"';

/** What yargs says of a command line, in our words: one line, with the nearest command or flag. */
export function usageError(message: string): UserError {
  const unknown = /^Unknown (?:argument|command)s?: ([^,]+)/.exec(message)?.[1];
  if (unknown !== undefined) return unknownWord(kebab(unknown));
  const choice = /Argument: ([\w-]+), Given: (.*), Choices: (.*)/.exec(message);
  if (choice) return new UserError(`'${choice[1]}' must be one of ${choice[3].replace(/"/g, '')}, not ${choice[2]}`, HINT);
  const bare = /^Not enough arguments following: (\S+)/.exec(message);
  if (bare) return new UserError(`--${kebab(bare[1])} needs a value`, HINT);
  if (/^Not enough non-option arguments/.test(message)) return new UserError('the command needs another word', HINT);
  return new UserError(lowerFirst(message.split('\n', 1)[0]), HINT);
}

function unknownWord(word: string): UserError {
  const nearest = nearestName(word, [...COMMANDS, ...FLAGS.filter((flag) => flag !== word)]);
  const meant = nearest === null || COMMANDS.includes(nearest) ? nearest : `--${nearest}`;
  return new UserError(`unknown command or flag '${word}'${meant ? `; did you mean ${meant}?` : ''}`, HINT);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
