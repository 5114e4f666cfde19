/** `relationship(…)` and SQLModel's `Relationship(…)`. https://docs.sqlalchemy.org/en/20/orm/relationship_api.html */
import type { Expr } from '../../facts/code.js';
import { spanStart } from '../../facts/span.js';
import { argument, argumentOf, entry, flag, text } from '../../flow/arguments.js';
import type { Flow } from '../../flow/evaluate.js';
import { membersOf, type Term, type Value } from '../../flow/value.js';
import { UNTOLD, type RelationshipDraft, type TableTarget } from '../../link/draft.js';
import type { Place } from '../../model/schema.js';
import { nameOfCall } from './terms.js';
import type { Annotation } from './types.js';

export const RELATIONSHIP_CALLS = ['relationship', 'Relationship', 'dynamic_loader'] as const;

export function relationshipDraft(flow: Flow, name: string, term: Term, annotation: Annotation | null, place: Place): RelationshipDraft | null {
  const nested = argument(term.args, -1, 'sa_relationship');
  if (nested?.k === 'term') return relationshipDraft(flow, name, nested, annotation, place);
  const extra = argument(term.args, -1, 'sa_relationship_kwargs');
  const option = (key: string): Value | null => argument(term.args, -1, key) ?? entry(extra, key);
  const target = targetOf(flow, term, annotation);
  if (!target) return null;
  const backref = option('backref');
  const backrefTerm = backref?.k === 'term' && nameOfCall(backref) === 'backref' ? backref : null;
  const secondary =
    secondaryOf(flow, option('secondary'), argumentOf(term.args, -1, 'secondary')?.expr ?? null, term) ??
    (option('link_model') ? classTarget(option('link_model')!) : null);
  const uselist = flag(option('uselist'));
  const lazy = text(option('lazy'));
  const columns = columnNames(argumentOf(term.args, -1, 'foreign_keys')?.expr ?? null, option('foreign_keys'));
  const joined = joinColumns(argumentOf(term.args, -1, 'primaryjoin')?.expr ?? null, text(option('primaryjoin')));
  const keyColumns = columns.length ? columns : joined;
  return {
    name,
    target,
    many: annotation?.many
      ? true
      : uselist === false
        ? false
        : uselist === true || lazy === 'dynamic' || lazy === 'write_only'
          ? true
          : annotation?.target && !secondary
            ? false
            : null,
    ...(keyColumns.length ? { localColumns: keyColumns, remoteColumns: keyColumns } : {}),
    through: secondary,
    inverse: text(option('back_populates')) ?? text(backref) ?? (backrefTerm ? text(argument(backrefTerm.args, 0)) : null),
    makesInverse: backref !== null,
    ...(backrefTerm ? inverseOf(backrefTerm) : {}),
    isPicked: option('order_by') !== null || (option('primaryjoin') !== null && !/^[^()&,]+==[^()&,]+$/.test(text(option('primaryjoin')) ?? '')),
    // SQLModel's short way to say "all, delete-orphan". https://sqlmodel.tiangolo.com/tutorial/relationship-attributes/cascade-delete-relationships/
    viewOnly: flag(option('viewonly')) === true,
    cascadesDelete: cascades(option('cascade')) || flag(argument(term.args, -1, 'cascade_delete')) === true,
    passiveDeletes: isPassive(option('passive_deletes')),
    place,
  };
}

/** `backref("notes", cascade="all, delete-orphan", uselist=False)`. https://docs.sqlalchemy.org/en/20/orm/backref.html */
function inverseOf({ args }: Term): Pick<RelationshipDraft, 'inverseIsOne' | 'inverseCascades' | 'inverseIsPassive'> {
  return {
    inverseIsOne: flag(argument(args, -1, 'uselist')) === false,
    inverseCascades: cascades(argument(args, -1, 'cascade')),
    inverseIsPassive: isPassive(argument(args, -1, 'passive_deletes')),
  };
}

const cascades = (option: Value | null): boolean => /\b(all|delete)\b/.test(text(option) ?? '');
const isPassive = (option: Value | null): boolean => flag(option) === true || text(option) === 'all';

function targetOf(flow: Flow, term: Term, annotation: Annotation | null): TableTarget | null {
  const first = argument(term.args, 0, 'argument') ?? argument(term.args, -1, 'entity');
  if (first) {
    const value = first.k === 'fn' ? flow.quiet(() => flow.callFn(first, [])) : first;
    const named = text(value);
    if (named !== null) return { k: 'model', name: named.includes('.') ? named.slice(named.lastIndexOf('.') + 1).replace(/[^\w].*$/, '') : named };
    return classTarget(value);
  }
  return annotation?.target ? { k: 'model', name: annotation.target } : null;
}

function classTarget(value: Value): TableTarget | null {
  for (const member of membersOf(value)) {
    if (member.k === 'class') return { k: 'class', cls: member.cls };
    if (member.k === 'term') return { k: 'site', site: `${member.place.path}:${spanStart(member.place.at)}` };
  }
  return null;
}

function secondaryOf(flow: Flow, value: Value | null, expr: Expr | null, term: Term): TableTarget | null {
  if (!value) return null;
  const named = text(value);
  if (named !== null) return { k: 'table', name: named.slice(named.lastIndexOf('.') + 1) };
  const resolved = value.k === 'fn' ? flow.quiet(() => flow.callFn(value, [])) : value;
  const target = classTarget(resolved);
  if (target) return target;
  // `secondary=Link.__table__`
  if (expr?.k === 'attr' && expr.name === '__table__') return classTarget(flow.peek(expr.of, term.env));
  return { k: 'table', name: UNTOLD };
}

/** Names of the columns in `foreign_keys=[A.b]`, `foreign_keys="A.b"`, `foreign_keys=b`. */
function columnNames(expr: Expr | null, value: Value | null): readonly string[] {
  if (!expr) { const named = text(value); return named ? [...named.matchAll(/(\w+)\s*(?=[,\]]|$)/g)].map((match) => match[1]!) : []; }
  switch (expr.k) {
    case 'list': return expr.items.flatMap((item) => columnNames(item, null));
    case 'attr': return [expr.name];
    case 'name': return [expr.id];
    case 'lit': return typeof expr.v === 'string' ? [...expr.v.matchAll(/(\w+)\s*(?=[,\]]|$)/g)].map((match) => match[1]!) : [];
    case 'fn': { const last = expr.fn.body[0]; return last?.k === 'return' && last.value ? columnNames(last.value, null) : []; }
    default: return [];
  }
}

/** The columns that a join condition names, where it is one equality. */
function joinColumns(expr: Expr | null, named: string | null): readonly string[] {
  if (named !== null) {
    const match = /^\s*(?:foreign\()?\w+\.(\w+)\)?\s*==\s*(?:foreign\()?\w+\.(\w+)\)?\s*$/.exec(named);
    return match ? [match[1] === 'id' ? match[2]! : match[1]!] : [];
  }
  if (expr?.k === 'fn') { const first = expr.fn.body[0]; return first?.k === 'return' && first.value ? joinColumns(first.value, null) : []; }
  if (expr?.k !== 'op' || expr.op !== '==') return [];
  const sides = expr.args.map((arg) => (arg.k === 'attr' ? arg.name : arg.k === 'call' && arg.args[0]?.value.k === 'attr' ? arg.args[0].value.name : null));
  const key = sides.find((side) => side !== null && side !== 'id');
  return key ? [key] : [];
}
