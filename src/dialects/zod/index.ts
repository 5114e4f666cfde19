/** Zod: objects of a schema that is written in code have the fields of that schema. https://zod.dev/api */
import { spanEnd, spanStart } from '../../facts/span.js';
import { argument, entry, lastName } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { noteValidator } from '../../flow/guards.js';
import { handOut } from '../../flow/hand-out.js';
import { orLeftOut, orNull } from '../../flow/nulls.js';
import { ANY, membersOf, type DictValue, type Value } from '../../flow/value.js';
import type { CallSite, Dialect } from '../dialect.js';
import { parsedBy } from '../shared/schemas.js';

const OBJECTS = new Set(['object', 'strictObject', 'looseObject']);
/** Methods and functions that parse: what they give has the schema's fields. */
const PARSES = new Set(['parse', 'parseAsync', 'decode', 'decodeAsync']);
const SAFE_PARSES = new Set(['safeParse', 'safeParseAsync', 'spa']);
/** Methods that keep the fields. */
const KEEPS = new Set([
  'required', 'strict', 'strip', 'refine', 'superRefine', 'check', 'default', 'prefault', 'catch', 'describe', 'meta', 'brand', 'readonly', 'openapi',
  'register', 'clone',
]);
/** Methods after which the value, or any field of the object, may be missing. */
const LOOSENS = new Set(['optional', 'nullable', 'nullish']);
/** Methods after which a value is another. */
const GIVES_OTHER = new Set(['transform', 'pipe', 'and', 'or', 'promise', 'unwrap', 'overwrite']);
/** Methods after which an object may hold more. */
const OPENS = new Set(['passthrough', 'loose', 'catchall']);

export const zod: Dialect = {
  id: 'zod',
  language: 'typescript',
  api: {
    call(flow, site) {
      const { receiver, name } = site;
      if (!name || !receiver) return undefined;
      if (isZod(receiver)) return made(site, name);
      if (isProcedure(receiver)) return procedureCall(flow, site, receiver, name);
      const given = argument(site.args, 0);
      if (TAKES.has(name) && given?.k === 'special' && given.tag === 'schema' && receiver.k !== 'special') return procedure(site, parsedBy(given));
      return receiver.k === 'special' && receiver.dialect === 'zod' ? method(flow, site, receiver, name) : undefined;
    },
    attribute(_flow, of, name) {
      if (of.k !== 'special' || of.dialect !== 'zod') return undefined;
      return name === 'shape' && of.data['parsed'] ? (of.data['parsed'] as DictValue) : ANY;
    },
    annotation(flow, name, args, env) {
      if (name.k !== 'ext' || !/^zod(\/|$)/.test(name.module) || !['infer', 'input', 'output', 'TypeOf'].includes(lastName(name)) || !args[0]) return undefined;
      for (const member of membersOf(flow.type(args[0], env))) if (member.k === 'special' && member.dialect === 'zod') return parsedBy(member);
      return undefined;
    },
  },
};

/**
 * `procedure.input(schema).mutation(({ input }) => …)`, `action.schema(schema).action(({ parsedInput }) => …)`: the function gets what the schema lets through.
 * https://trpc.io/docs/server/validators
 */
const TAKES = new Set(['input', 'schema', 'inputSchema']);
const RUNS = new Set(['query', 'mutation', 'subscription', 'action', 'stateAction', 'handler']);

function procedure(site: CallSite, parsed: Value): Value {
  return { k: 'special', dialect: 'zod', tag: 'procedure', data: { parsed }, key: `${site.env.module.path}:${spanStart(site.at)}:${spanEnd(site.at)}` };
}

const isProcedure = (value: Value): boolean => value.k === 'special' && value.dialect === 'zod' && value.tag === 'procedure';

function procedureCall(flow: Flow, site: CallSite, receiver: Value, name: string): Value {
  const known = takenBy(receiver);
  // A lone value is told from others by the procedure.
  const parsed = known.k === 'any' && !known.id ? { ...known, id: `${receiver.k === 'special' ? receiver.key : ''}.input` } : known;
  const first = site.args.list[0];
  for (const fn of first ? membersOf(first.value) : []) {
    if (fn.k !== 'fn') continue;
    const given: Value = { k: 'dict', entries: new Map([['input', parsed], ['parsedInput', parsed], ['ctx', flow.unknown(site.env, site.at)]]), rest: ANY };
    const returned = flow.callFn(fn, [{ ...first!, value: RUNS.has(name) ? given : ANY }]);
    if (RUNS.has(name)) handOut(flow, returned, name, flow.place(site.env, site.at));
  }
  if (RUNS.has(name)) return ANY;
  const more = TAKES.has(name) && first ? parsedBy(first.value) : null;
  return more?.k === 'dict' && parsed.k === 'dict'
    ? procedure(site, { ...parsed, entries: new Map([...parsed.entries, ...more.entries]), rest: parsed.rest ?? more.rest })
    : more
      ? procedure(site, more)
      : receiver;
}

/** What the schemas of a procedure let through. */
const takenBy = (value: Value): Value => (value.k === 'special' ? (value.data['parsed'] as Value) : ANY);

const isZod = (value: Value): boolean =>
  value.k === 'ext' && /^zod(\/|$)/.test(value.module) && (value.name === null || ['z', 'zod', 'default'].includes(lastName(value)));

/** A schema; `parsed` is what it lets through. */
function schema(site: CallSite, parsed: Value): Value {
  return { k: 'special', dialect: 'zod', tag: 'schema', data: { parsed }, key: `${site.env.module.path}:${spanStart(site.at)}:${spanEnd(site.at)}` };
}


/** `z.object({ … })`, `z.array(item)`; undefined for schemas that say nothing of fields. */
function made(site: CallSite, name: string): Value | undefined {
  const first = argument(site.args, 0);
  if (OBJECTS.has(name)) return first?.k === 'dict' ? schema(site, fieldsOf(first, name === 'looseObject')) : undefined;
  if (name === 'array' || name === 'set') return first ? schema(site, { k: 'many', of: parsedBy(first) }) : undefined;
  return name === 'lazy' || name === 'union' || name === 'discriminatedUnion' ? undefined : schema(site, isScalar(name) ? { k: 'any', isThere: true } : ANY);
}

/** Schemas of one plain value, which no null passes: `z.string()`, `z.email()`. */
const isScalar = (name: string): boolean =>
  !/^(any|unknown|undefined|null|void|never|nan|nullable|nullish|optional|literal|custom|preprocess|pipe|intersection|instanceof|record|map|tuple|promise|function)$/.test(
    name,
  );

/** What an object of such a shape holds: every field's value is told from others by the place of its declaration. */
function fieldsOf(shape: DictValue, isOpen: boolean): DictValue {
  const entries = new Map<string, Value>();
  for (const [name, value] of shape.entries) {
    const parsed = parsedBy(value);
    const place = shape.places?.get(name);
    entries.set(name, parsed.k === 'any' && place ? { ...parsed, id: `${place.path}:${spanStart(place.at)}` } : parsed);
  }
  return { k: 'dict', entries, rest: isOpen || shape.rest ? ANY : null };
}

function method(flow: Flow, site: CallSite, receiver: Value, name: string): Value | undefined {
  const parsed = parsedBy(receiver);
  const first = argument(site.args, 0);
  if (PARSES.has(name)) return parsed;
  if (SAFE_PARSES.has(name)) return { k: 'dict', entries: new Map<string, Value>([['success', ANY], ['data', parsed], ['error', ANY]]), rest: null };
  // https://zod.dev/api#refine
  if (name === 'refine' && first?.k === 'fn') noteValidator(flow, flow.callFn(first, [{ ...site.args.list[0]!, value: parsed }]), site);
  if (KEEPS.has(name)) return receiver;
  if (name === 'array') return schema(site, { k: 'many', of: parsed });
  if (LOOSENS.has(name)) return schema(site, name === 'optional' ? orLeftOut(parsed) : orNull(parsed));
  // A check of a plain value keeps it; `.transform(…)`, `.or(…)` give something else.
  if (parsed.k === 'any' && !GIVES_OTHER.has(name)) return schema(site, parsed);
  if (parsed.k !== 'dict') return schema(site, ANY);
  if (name === 'partial' || name === 'deepPartial')
    return schema(site, { ...parsed, entries: new Map([...parsed.entries].map(([key, value]) => [key, orLeftOut(value)])) });
  if (OPENS.has(name)) return schema(site, { ...parsed, rest: ANY });
  if (name === 'pick' || name === 'omit')
    return first?.k === 'dict' && !first.rest ? schema(site, chosen(flow, parsed, first, name === 'pick')) : schema(site, { ...parsed, rest: ANY });
  if (name === 'extend' || name === 'merge' || name === 'safeExtend') {
    const added = first?.k === 'dict' ? fieldsOf(first, false) : first ? parsedBy(first) : ANY;
    return schema(
      site,
      added.k === 'dict' ? { k: 'dict', entries: new Map([...parsed.entries, ...added.entries]), rest: parsed.rest ?? added.rest } : { ...parsed, rest: ANY },
    );
  }
  // `.transform(…)`, `.pipe(…)`, `.and(…)` give something else.
  return schema(site, ANY);
}

function chosen(flow: Flow, parsed: DictValue, names: DictValue, isPick: boolean): DictValue {
  for (const place of names.places?.values() ?? []) flow.record.resolve(place);
  const isNamed = (name: string): boolean => entry(names, name) !== null;
  return { ...parsed, entries: new Map([...parsed.entries].filter(([name]) => isNamed(name) === isPick)) };
}
