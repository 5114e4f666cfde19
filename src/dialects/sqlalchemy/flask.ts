/** Flask's extension, and the base that its models have. https://flask-sqlalchemy.readthedocs.io/en/stable/models/ */
import { argument, isExternal } from '../../flow/arguments.js';
import { externalBases, findMember } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { ObjectValue, Term, Value } from '../../flow/value.js';
import { nameOfCall } from './terms.js';

/** `db = SQLAlchemy()`: the extension object has SQLAlchemy's names as its attributes. */
export function isExtension(flow: Flow, of: Term | ObjectValue): boolean {
  const isIt = (value: Value): boolean => isExternal(value, 'flask_sqlalchemy', 'SQLAlchemy') || isExternal(value, 'flask_sqlalchemy_lite', 'SQLAlchemy');
  return of.k === 'term' ? isIt(of.callee) : externalBases(flow, of.cls).some(isIt);
}

/**
 * The class that the extension is given for its models, or that a class which extends it says they have (`Model: type[BaseModel]`).
 * https://flask-sqlalchemy.readthedocs.io/en/stable/models/#initializing-the-base-class
 */
export function baseOfModels(flow: Flow, of: Term | ObjectValue): Value | null {
  if (of.k === 'term') return classIn(argument(of.args, -1, 'model_class'));
  const member = findMember(flow, of.cls, 'Model');
  const type = member?.k === 'field' ? member.stmt.type : undefined;
  // What an annotation says is a type: of `type[X]` the class is that of X.
  return type?.k === 'item' ? classIn(flow.peek(type.key, of.cls.env)) : null;
}

/** A class, or what `declarative_base(cls=BaseModel)` makes of it. */
function classIn(value: Value | null): Value | null {
  if (value?.k === 'term' && nameOfCall(value) === 'declarative_base') return classIn(argument(value.args, -1, 'cls'));
  return value?.k === 'class' ? value : null;
}
