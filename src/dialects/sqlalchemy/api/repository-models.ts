/**
 * Repositories that libraries make of one model, and of which model a value is one.
 * https://docs.advanced-alchemy.litestar.dev/latest/usage/repositories.html, https://docs.advanced-alchemy.litestar.dev/latest/usage/services.html,
 * https://benavlabs.github.io/fastcrud/usage/crud/
 */
import { lastName } from '../../../flow/arguments.js';
import { findMember, lineage } from '../../../flow/classes.js';
import type { Flow } from '../../../flow/evaluate.js';
import type { Model } from '../../../flow/model.js';
import { membersOf, type ClassRef, type Value } from '../../../flow/value.js';
import type { CallSite } from '../../dialect.js';

/** What a method does with the rows: `counted` gives them with their number, `page` in a dict. */
export type Doing = 'key' | 'one' | 'first' | 'many' | 'page' | 'counted' | 'count' | 'exists' | 'add' | 'put' | 'change' | 'drop';

export interface Library {
  readonly module: RegExp;
  readonly name: RegExp;
  readonly methods: ReadonlyMap<string, Doing>;
  /** Where rows are given that are stored or changed. */
  readonly given: { readonly index: number; readonly name: string };
  /** Arguments by name that are no columns. */
  readonly own: ReadonlySet<string>;
  /** The first argument is the session. */
  readonly takesSession: boolean;
}

const doing = (methods: Readonly<Partial<Record<Doing, string>>>): ReadonlyMap<string, Doing> =>
  new Map(Object.entries(methods).flatMap(([what, names]) => names.split(' ').map((name) => [name, what as Doing] as const)));

const LIBRARIES: readonly Library[] = [
  {
    module: /^(advanced_alchemy|litestar)\b/,
    name: /^SQLAlchemy(Async|Sync)(Slug)?Repository(Read)?(Service)?$/,
    takesSession: false,
    given: { index: 0, name: 'data' },
    methods: doing({
      key: 'get',
      one: 'get_one get_one_or_none',
      many: 'list',
      counted: 'list_and_count',
      count: 'count',
      exists: 'exists',
      add: 'add add_many create create_many',
      put: 'upsert upsert_many get_or_upsert',
      change: 'update update_many',
      drop: 'delete delete_many delete_where',
    }),
    own: new Set(
      'auto_commit auto_expunge auto_refresh statement load execution_options error_messages id_attribute order_by count_with_window_function force_basic_query_mode uniquify wrap_exceptions bind_group with_for_update attribute_names match_fields upsert sanity_check'.split(
        ' ',
      ),
    ),
  },
  {
    module: /^fastcrud\b/,
    name: /^FastCRUD$/,
    takesSession: true,
    given: { index: 1, name: 'object' },
    methods: doing({
      first: 'get get_joined',
      page: 'get_multi get_multi_joined get_multi_by_cursor',
      count: 'count',
      exists: 'exists',
      add: 'create',
      put: 'upsert upsert_multi',
      change: 'update',
      drop: 'delete db_delete',
    }),
    own: new Set(
      'db object objects instance instances schema_to_select return_as_model return_columns return_total_count one_or_none offset limit cursor sort_column sort_columns sort_order sort_orders commit allow_multiple db_row joins_config join_model join_on join_prefix join_schema_to_select join_type join_filters counts_config alias nest_joins nested_schema_to_select relationship_type updated_at_column is_deleted_column deleted_at_column'.split(
        ' ',
      ),
    ),
  },
];

interface Repository { readonly model: Model; readonly library: Library }

const libraryOf = (value: Value): Library | undefined =>
  value.k === 'ext' || value.k === 'extobj' ? LIBRARIES.find(({ module, name }) => module.test(value.module) && name.test(lastName(value))) : undefined;

function modelIn(value: Value | null | undefined): Model | null {
  for (const member of value ? membersOf(value) : [])
    if ((member.k === 'model' || member.k === 'row') && member.model.dialect === 'sqlalchemy') return member.model;
  return null;
}

/** `FastCRUD(Order)`, `OrderCrud(Order)` where that is `FastCRUD[Order, …]`. */
export function repositoryMade({ callee, args }: CallSite): Value | undefined {
  const made = membersOf(callee).find(libraryOf);
  const model = made ? modelIn(args.list[0]?.value) ?? (made.k === 'extobj' ? modelIn(made.args[0]) : null) : null;
  return model && (made?.k === 'ext' || made?.k === 'extobj') ? { k: 'extobj', module: made.module, name: made.name!, args: [{ k: 'row', model }] } : undefined;
}

/** The model whose rows a value is the repository of; null where it is none, or its class has a method of that name itself. */
export function repositoryOf(flow: Flow, value: Value, method: string | null = null): Repository | null {
  if (value.k === 'extobj') {
    const library = libraryOf(value);
    const model = library ? modelIn(value.args[0]) : null;
    return library && model ? { library, model } : null;
  }
  if (value.k !== 'object' || (method !== null && findMember(flow, value.cls, method) !== null)) return null;
  return flow.memo<Repository | null>('library-repository', value.cls, () => ofClass(flow, value.cls), null);
}

function ofClass(flow: Flow, cls: ClassRef): Repository | null {
  for (const each of lineage(flow, cls)) for (const { value: base } of each.cls.bases) {
    const env = each.env.parent ?? each.env;
    const library = libraryOf(flow.peek(base.k === 'item' ? base.of : base, env));
    if (!library) continue;
    const given = base.k !== 'item' ? null : base.key.k === 'list' ? base.key.items[0] : base.key;
    const model = (given ? modelIn(flow.quiet(() => flow.type(given, env))) : null) ?? named(flow, cls);
    if (model) return { library, model };
  }
  return null;
}

/** `model_type = Order` */
function named(flow: Flow, cls: ClassRef): Model | null {
  const member = findMember(flow, cls, 'model_type');
  return member?.k === 'field' && member.stmt.value ? modelIn(flow.peek(member.stmt.value, member.owner.env)) : null;
}
