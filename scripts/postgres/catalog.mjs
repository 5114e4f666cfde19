// What a server's catalog says of the tables in it, in a form that two databases can be compared in.

const TYPE = `CASE WHEN t.typtype = 'd' THEN format_type(CASE WHEN base.typtype = 'd' THEN base.typbasetype ELSE t.typbasetype END, CASE WHEN base.typtype = 'd' THEN base.typtypmod ELSE t.typtypmod END) ELSE format_type(a.atttypid, a.atttypmod) END`;
const CONSTRAINTS = (kind) => `(SELECT coalesce(json_agg(pg_get_constraintdef(k.oid) ORDER BY pg_get_constraintdef(k.oid)), '[]') FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = '${kind}')`;

/** One document: tables and views that are nobody's partition and no extension's, with all that is compared. */
const CATALOG = `SELECT coalesce(json_agg(one ORDER BY one.name), '[]') FROM (
  SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name, c.relkind::text AS kind, obj_description(c.oid, 'pg_class') AS comment,
    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partitionKey",
    (SELECT coalesce(json_agg(json_build_object(
        'name', a.attname, 'type', ${TYPE}, 'nullable', NOT (a.attnotnull OR t.typnotnull), 'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity <> '', 'generated', a.attgenerated <> '',
        'collation', CASE WHEN a.attcollation NOT IN (0, t.typcollation) THEN (SELECT collname FROM pg_collation WHERE oid = a.attcollation) END, 'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum), '[]')
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type base ON base.oid = t.typbasetype LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    ${CONSTRAINTS('p')} AS "primaryKey", ${CONSTRAINTS('u')} AS uniques, ${CONSTRAINTS('f')} AS "foreignKeys", ${CONSTRAINTS('c')} AS checks, ${CONSTRAINTS('x')} AS exclusions,
    (SELECT coalesce(json_agg(text ORDER BY text), '[]') FROM (
      SELECT CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || substring(pg_get_indexdef(i.indexrelid) FROM ' (USING .*)$') AS text
      FROM pg_index i WHERE i.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))) AS listed) AS indexes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND classid = 'pg_class'::regclass AND deptype = 'e')) AS one`;

/** The tables and views of a server's database by name. Names of schemas before types and functions are left out, since they hang on the search path. */
export async function catalogOf(server) {
  const tables = await server.value(CATALOG);
  return new Map((typeof tables === 'string' ? JSON.parse(tables) : tables).map((table) => [table.name, normal(table)]));
}

/** The enums of a server's database with their values in order, by name. */
export async function enumsOf(server) {
  const found = await server.value(`SELECT coalesce(json_object_agg(t.typname, (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)), '{}') FROM pg_type t
    WHERE typtype = 'e' AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND classid = 'pg_type'::regclass AND deptype = 'e')`);
  return typeof found === 'string' ? JSON.parse(found) : found;
}

/** Whether a catalog's entry is a table rather than a view. */
export const isTable = ({ kind }) => kind === 'r' || kind === 'p';

function normal(table) {
  const texts = (list) => list.map((text) => unqualified(text).replace(/ NOT VALID$/, '')).sort();
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, type: unqualified(column.type).replaceAll('"', ''), default: column.default && defaultText(column.default) })),
    primaryKey: texts(table.primaryKey), uniques: texts(table.uniques), foreignKeys: texts(table.foreignKeys), checks: texts(table.checks), exclusions: texts(table.exclusions), indexes: texts(table.indexes),
  };
}

/** Which sequence a number comes from is the name of an object of its own; a default of null is none. */
function defaultText(text) {
  if (/^NULL::/.test(text)) return null;
  return unqualified(text.replace(/nextval\('(?:[^']|'')*'::regclass\)/g, 'nextval()'));
}

function unqualified(text) {
  return text.split(/('(?:[^']|'')*')/).map((part, at) => (at % 2 ? part : part.replace(/(?<![\w".])(?:"[^"]+"|[a-z_]\w*)\.(?=["a-z_])/gi, ''))).join('');
}
