/**
 * The texts of Supabase's clients: lists of columns with related tables in them, filters.
 * https://docs.postgrest.org/en/stable/references/api/resource_embedding.html
 */

/** A column, an aggregate, or a related table with what is selected of it. `offset` is where its name begins. */
export interface Selected {
  readonly name: string;
  readonly alias: string | null;
  readonly offset: number;
  /** `->`, `->>`: a part of the column. */
  readonly isPart: boolean;
  readonly aggregate: string | null;
  readonly embed: { readonly hint: string | null; readonly isInner: boolean; readonly isSpread: boolean; readonly items: readonly Selected[] } | null;
}

const ITEM = /^(\s*)(\.\.\.)?(?:("?[\w$ -]+"?|[\w$]+):(?!:))?\s*("[^"]+"|[\w$*]+)/;

/** The items of `id, name, owner:profiles!owner_id(full_name)`; null for what is no such list. */
export function selectedIn(text: string, offset = 0): readonly Selected[] | null {
  const items: Selected[] = [];
  for (const part of parts(text)) {
    if (part.text.trim() === '') continue;
    const item = selectedItem(part.text, offset + part.offset);
    if (!item) return null;
    items.push(item);
  }
  return items;
}

function selectedItem(text: string, offset: number): Selected | null {
  const match = ITEM.exec(text);
  if (!match) return null;
  const [whole, , spread, alias, named] = match;
  const name = named!.replace(/"/g, '');
  const rest = text.slice(whole.length);
  const common = { name, alias: alias?.replace(/"/g, '').trim() ?? null, offset: offset + whole.length - named!.length };
  const embedded = /^((?:\s*![\w$]+)*)\s*\(([\s\S]*)\)\s*$/.exec(rest);
  if (embedded) {
    const hints = embedded[1]!.split('!').map((hint) => hint.trim()).filter((hint) => hint !== '');
    const items = selectedIn(embedded[2]!, offset + whole.length + rest.indexOf('(') + 1);
    return (
      items && {
        ...common,
        isPart: false,
        aggregate: null,
        embed: {
          hint: hints.find((hint) => hint !== 'inner' && hint !== 'left') ?? null,
          isInner: hints.includes('inner'),
          isSpread: spread !== undefined,
          items,
        },
      }
    );
  }
  const aggregate = /^\.(count|sum|avg|min|max)\(\)/.exec(rest)?.[1] ?? (name === 'count' && rest.trim() === '' ? 'count' : null);
  return { ...common, isPart: rest.startsWith('->'), aggregate, embed: null };
}

/** What commas separate outside of brackets. */
function parts(text: string): readonly { readonly text: string; readonly offset: number }[] {
  const found: { text: string; offset: number }[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const char = text[index];
    if (char === '(' || char === '{') depth += 1;
    else if (char === ')' || char === '}') depth -= 1;
    else if (char === undefined || (char === ',' && depth === 0)) { found.push({ text: text.slice(start, index), offset: start }); start = index + 1; }
  }
  return found;
}

/** One condition of `status.eq.open,and(kind.eq.a,due.lt.b)`. */
export interface Filter { readonly column: string; readonly op: string; readonly isNegated: boolean; readonly value: string; readonly offset: number }

/** The conditions of a filter in one text; null where one cannot be read. */
export function filtersIn(text: string, offset = 0): readonly Filter[] | null {
  const found: Filter[] = [];
  for (const part of parts(text)) {
    const group = /^(\s*(?:not\.)?(?:and|or)\s*\()([\s\S]*)\)\s*$/.exec(part.text);
    const inner = group ? filtersIn(group[2]!, offset + part.offset + group[1]!.length) : null;
    const single = group ? null : /^(\s*)([\w$.]+?(?:->>?[\w$]+)*)\.(not\.)?([a-z]{2,10})(?:\((?:any|all|\w+)\))?\.([\s\S]*)$/.exec(part.text);
    if (inner) found.push(...inner);
    else if (single)
      found.push({
        column: single[2]!,
        op: single[4]!,
        isNegated: single[3] !== undefined,
        value: single[5]!.trim(),
        offset: offset + part.offset + single[1]!.length,
      });
    else return null;
  }
  return found;
}
