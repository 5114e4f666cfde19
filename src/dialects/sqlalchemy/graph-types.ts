/** Object types of GraphQL that Graphene makes of models: whoever asks gets their columns. https://docs.graphene-python.org/projects/sqlalchemy/en/latest/ */
import { isExternal, lastName } from '../../flow/arguments.js';
import { externalBases } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Model } from '../../flow/model.js';
import { startQuery } from '../../flow/query.js';
import type { ClassRef, Value } from '../../flow/value.js';
import type { CallSite } from '../dialect.js';
import { handToMakers, metaModel, namesInOption } from '../shared/meta-options.js';

const LIBRARY = 'graphene_sqlalchemy';

/** The model that an object type is made of; null for any other class. */
function modelOfType(flow: Flow, cls: ClassRef): Model | null {
  return externalBases(flow, cls).some((base) => isExternal(base, LIBRARY) && base.k === 'ext' && /^SQLAlchemy(ObjectType|Interface)$/.test(lastName(base)))
    ? metaModel(flow, cls)
    : null;
}

/** Tells what a library makes of the model that a class names in its `Meta`: of an object type which columns it hands out; what others do is not seen. */
export function tellMade(flow: Flow, cls: ClassRef): void {
  const model = externalBases(flow, cls).length > 0 ? metaModel(flow, cls) : null;
  if (model?.dialect !== 'sqlalchemy') return;
  if (modelOfType(flow, cls)) exposeObjectType(flow, cls, model);
  else handToMakers(flow, cls, model);
}

/** The columns that it lists, or all but those that it leaves out. */
function exposeObjectType(flow: Flow, cls: ClassRef, model: Model): void {
  const [only, without] = [namesInOption(flow, cls, 'only_fields'), namesInOption(flow, cls, 'exclude_fields')];
  const columns = [...model.columns].flatMap(([name, column]) => ((only.length === 0 || only.includes(name)) && !without.includes(name) ? [column] : []));
  if (columns.length > 0)
    flow.record.exposure({
      model,
      name: `${cls.name}.Meta`,
      columns: [...new Set(columns)],
      all: only.length + without.length === 0,
      place: { path: cls.module.path, at: cls.cls.at },
      schema: cls,
    });
}

/** `SQLAlchemyConnectionField(Order.connection)`, which lists rows, and `Order.get_query(info)`, a query of them; undefined for anything else. */
export function graphCall(flow: Flow, site: CallSite): Value | undefined {
  const { callee, receiver, name, args, env, at } = site;
  if (receiver?.k === 'class' && name === 'get_query') {
    const model = modelOfType(flow, receiver.cls);
    return model ? { k: 'query', query: startQuery(flow.place(env, at), model, { k: 'row', model }) } : undefined;
  }
  if (!isExternal(callee, LIBRARY) || callee.k !== 'ext' || !/ConnectionField$/.test(lastName(callee))) return undefined;
  const written = args.list[0]?.expr;
  const type = written && flow.peek(written.k === 'attr' ? written.of : written, env);
  const model = type?.k === 'class' ? modelOfType(flow, type.cls) : null;
  if (model) flow.record.table(model, 'select', flow.place(env, at));
  return undefined;
}
