/** Which columns a query builder loads of its root. https://typeorm.io/docs/query-builder/select-query-builder#partial-selection */
import { text } from '../../../flow/arguments.js';
import type { Flow } from '../../../flow/evaluate.js';
import { membersOf, type Value } from '../../../flow/value.js';
import { attributeNamed } from '../../shared/query-builder.js';
import type { Builder } from './builder.js';

/** `select` begins the selection anew, `addSelect` adds to it; `isNamed` where what is selected has a name of its own, which is no part of an entity. */
export function selectRoot(flow: Flow, builder: Builder, value: Value, { isAdded, isNamed }: { readonly isAdded: boolean; readonly isNamed: boolean }): void {
  if (isAdded && builder.only === null) return;
  const chosen = isNamed ? [] : chosenIn(builder, value);
  // What is selected on some paths alone leaves the whole row on the others.
  if (chosen === null || builder.isForeign || (!isAdded && flow.branches.length !== builder.depth)) builder.only = null;
  else builder.only = new Set([...(isAdded ? builder.only! : []), ...chosen]);
}

/** The root's attributes among what is selected; null where that is all of them, or cannot be read. */
function chosenIn(builder: Builder, value: Value): readonly string[] | null {
  const chosen: string[] = [];
  for (const part of membersOf(value).flatMap((member) => (member.k === 'list' ? member.items : [member]))) {
    const written = text(part);
    const [, alias, path] = /^(\w+)(?:\.([\w.]+))?$/.exec(written ?? '') ?? [];
    if (written === null || (alias === builder.rootAlias && path === undefined)) return null;
    // Of other tables, or worked out: `count(*) AS n`.
    if (alias === undefined ? /\sas\s/i.test(written) : alias !== builder.rootAlias) continue;
    const attribute = path === undefined || !builder.root ? null : attributeNamed(builder.root, path);
    if (attribute === null) return null;
    chosen.push(attribute);
  }
  return chosen;
}
