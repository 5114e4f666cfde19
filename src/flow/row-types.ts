/**
 * Interfaces that say what rows of a table look like (`pool.query<Post>('SELECT …')`, `Promise<Post[]>`, `extends Model<PostAttributes>`).
 * Nothing is left of an interface when code runs: where the rows themselves are followed, its fields are no uses of columns.
 */
import type { Expr } from '../facts/code.js';
import { lineage } from './classes.js';
import type { Flow } from './evaluate.js';
import type { Model } from './model.js';
import { membersOf, type ClassRef, type Value } from './value.js';

/** Notes that a value has a type that is declared: where the value is rows, they have that form. */
export function noteRowType(flow: Flow, declared: Value, value: Value): void {
  for (const model of modelsOfRows(value)) noteForm(flow, declared, model);
}

/** Whether a value is rows: what is declared of any other need not be looked at. */
export function isOfRows(value: Value): boolean {
  return value.k === 'row' || (value.k === 'many' && isOfRows(value.of)) || (value.k === 'union' && membersOf(value).some(isOfRows));
}

/** Notes what a model's rows look like by a type that its declaration names. */
export function noteForm(flow: Flow, type: Value, model: Model): void {
  for (const shape of shapesIn(type)) for (const cls of lineage(flow, shape)) {
    if (flow.record.tie(cls, model, 'row')) noteBases(flow, cls, model);
  }
}

/** Notes what the bases of a model's class, or of such an interface, say: `class Post extends Model<PostAttributes> implements PostData`. */
export function noteBases(flow: Flow, cls: ClassRef, model: Model): void {
  if (cls.module.language !== 'typescript') return;
  for (const { value } of cls.cls.bases) for (const type of typesIn(value)) {
    const form = flow.peek(type, cls.module.env);
    noteForm(flow, form.k === 'class' ? { k: 'object', cls: form.cls } : form, model);
  }
}

/** `PostData`, `Model<PostAttributes, PostCreation>`: the names in it. */
function typesIn(base: Expr): readonly Expr[] {
  if (base.k !== 'item') return base.k === 'name' ? [base] : [];
  return [base.of, ...(base.key.k === 'list' ? base.key.items : [base.key])].flatMap(typesIn);
}

function modelsOfRows(value: Value): readonly Model[] {
  return membersOf(value).flatMap((member) => (member.k === 'row' ? [member.model] : member.k === 'many' ? modelsOfRows(member.of) : []));
}

/** The interfaces of a type, and the types of objects that have a name. */
function shapesIn(type: Value): readonly ClassRef[] {
  return membersOf(type).flatMap((member): readonly ClassRef[] => {
    if (member.k === 'object') return member.cls.cls.form === 'interface' ? [member.cls] : [];
    if (member.k === 'dict') return member.part?.path === '' ? [member.part.cls] : [];
    return member.k === 'many' ? shapesIn(member.of) : [];
  });
}
