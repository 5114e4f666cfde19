/** Which of a language's own functions or methods a call is of. */
import type { CallSite } from '../dialects/dialect.js';
import type { Flow } from './evaluate.js';
import { methodCall } from './methods.js';
import { pageCall } from './pages.js';
import { pythonFunction } from './python-functions.js';
import { scriptFunction } from './script-functions.js';
import type { Value } from './value.js';

/** The value of a call that the language itself defines; null when it defines none of that name for such a receiver. */
export function languageCall(flow: Flow, site: CallSite): Value | null {
  const { callee } = site;
  if (site.receiver && !isHelperOf(site.receiver, callee)) return methodCall(flow, site, site.receiver, site.name!);
  if (callee.k !== 'ext') return null;
  if (callee.module === 'builtins' && callee.name?.startsWith('{')) return pageCall(flow, site, callee.name);
  if (callee.module === 'builtins' || PYTHON_HELPERS.has(`${callee.module}.${callee.name}`))
    return site.env.module.language === 'python' ? pythonFunction(flow, site, callee.name ?? '') : scriptFunction(flow, site, callee.name ?? '');
  return null;
}

const PYTHON_HELPERS = new Set([
  'typing.cast', 'copy.copy', 'copy.deepcopy', 'functools.partial', 'itertools.chain', 'asyncio.gather', 'dataclasses.replace', 'typing.get_args',
  'typing_extensions.get_args', 'types.get_original_bases',
]);
/** `functools.partial`, of the module itself. */
const isHelperOf = (receiver: Value, callee: Value): boolean =>
  receiver.k === 'ext' && receiver.name === null && callee.k === 'ext' && PYTHON_HELPERS.has(`${callee.module}.${callee.name}`);
