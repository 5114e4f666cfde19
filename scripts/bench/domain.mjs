/** The domain of a generated project: entities with columns and parents, the same for the same seed and size. */

/** Numbers below a limit, the same sequence for the same seed (mulberry32). */
export function makeRandom(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * limit) | 0;
  };
}

const FIRST = 'sales stock claim school fleet tenant studio clinic harbor market rental member parcel garden ticket lesson survey policy budget energy museum patient vendor project kitchen export import vehicle station library forest theatre airport recipe charity auction reader sample device partner'.split(' ');
const SECOND = 'order invoice visit contract payment refund shipment booking review message document schedule assignment category account address profile comment request approval entry report session campaign template setting product quote voucher reminder transfer measurement inspection subscription attachment checklist notice pledge route batch'.split(' ');

const COLUMNS = [
  ['title', 'text'], ['description', 'longText?'], ['status', 'choice'], ['amount', 'decimal'], ['currency', 'code'], ['quantity', 'integer'], ['priority', 'integer?'], ['is_active', 'boolean'],
  ['email', 'text?'], ['phone', 'text?'], ['external_id', 'text?'], ['reference', 'text'], ['starts_at', 'time?'], ['ends_at', 'time?'], ['approved_at', 'time?'], ['payload', 'json?'], ['score', 'float?'],
  ['city', 'text?'], ['color', 'text?'], ['attempts', 'integer'], ['locale', 'code'], ['legacy_code', 'text?'], ['comment_count', 'integer'], ['is_archived', 'boolean'],
];
export const CHOICES = ['draft', 'open', 'paid', 'cancelled'];

/**
 * `count` entities. Each has a name in the spellings that code needs, columns (name, kind, whether it may be null) and up to two parents,
 * earlier entities that it references; `children` are those that reference it.
 */
export function makeEntities(count, random) {
  const entities = [];
  for (let i = 0; i < count; i++) {
    const words = [FIRST[i % FIRST.length], SECOND[(i + ((i / FIRST.length) | 0)) % SECOND.length]];
    const turn = (i / (FIRST.length * SECOND.length)) | 0;
    if (turn > 0) words.push(`v${turn}`);
    const optional = shuffled(COLUMNS.slice(3), random).slice(0, 4 + random(7));
    const parents = i === 0 ? [] : [...new Set([random(Math.min(i, 12)), random(i)])].map((at) => entities[at]).filter((_, at) => at === 0 || random(3) > 0);
    const entity = { ...spellings(words), columns: [...COLUMNS.slice(0, 3), ...optional].map(([name, kind]) => ({ name, kind: kind.replace('?', ''), isNullable: kind.endsWith('?') })), parents, children: [] };
    for (const parent of parents) parent.children.push(entity);
    entities.push(entity);
  }
  return entities;
}

function spellings(words) {
  const model = words.map(capital).join('');
  return { snake: words.join('_'), plural: `${words.join('_')}s`, kebab: words.join('-'), model, camel: model[0].toLowerCase() + model.slice(1), camelPlural: `${model[0].toLowerCase()}${model.slice(1)}s` };
}

export const capital = (word) => word[0].toUpperCase() + word.slice(1);
export const camel = (snake) => snake.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

export function shuffled(list, random) {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i--) {
    const other = random(i + 1);
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all;
}

/** The name of a reference: that of the parent, told apart where two of an entity's parents are one. */
export const keyOf = (parent) => `${parent.snake}_id`;

const VERBS = 'normalize merge split rank group round parse format collect filter'.split(' ');
const NOUNS = 'rows labels totals windows paths tokens ranges headers batches points'.split(' ');

/** The name of the n-th function of a module that has nothing to do with the database. */
export const plainName = (random) => [VERBS[random(VERBS.length)], NOUNS[random(NOUNS.length)]];
