/**
 * Classes of queries that a model has: `query = session.query_property(OrderQuery)`, `query_class = OrderQuery` of Flask's extension.
 * https://docs.sqlalchemy.org/en/20/orm/contextual.html#sqlalchemy.orm.scoped_session.query_property
 * https://flask-sqlalchemy.readthedocs.io/en/stable/customizing/#query-class
 */
import type { Expr } from '../../../facts/code.js';
import { findMember } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import type { ClassRef, FnRef } from '../../../flow/value.js';

/** The method of that name which the queries of a model have by such a class; null where they have none. */
export function queryMethod(flow: Flow, model: Model, name: string): FnRef | null {
  const cls = model.cls && flow.memoOf<ClassRef | null>('query-class', model.cls, '', () => queryClass(flow, model.cls!), null);
  const member = cls ? findMember(flow, cls, name) : null;
  return member?.k === 'method' ? member.fn : null;
}

function queryClass(flow: Flow, cls: ClassRef): ClassRef | null {
  for (const name of ['query_class', 'query']) {
    const member = findMember(flow, cls, name);
    const written = member?.k !== 'field' ? undefined : name === 'query' ? givenTo(member.stmt.value) : member.stmt.value;
    const value = written && flow.peek(written, member!.owner.env);
    if (value?.k === 'class') return value.cls;
  }
  return null;
}

/** `session.query_property(OrderQuery)` */
function givenTo(written: Expr | undefined): Expr | undefined {
  return written?.k === 'call' && written.fn.k === 'attr' && written.fn.name === 'query_property' ? written.args[0]?.value : undefined;
}
