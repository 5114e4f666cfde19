/** Declarations as the models of each ORM spell them: text for remedies. */
import pluralize from 'pluralize';
import type { Column, ForeignKey, Table } from './schema.js';
import { wordsOf } from './names.js';
import { roleWords } from './foreign-key-paths.js';

/** The table's ORM; a model in Python that does not say is SQLAlchemy's. */
function dialectOf(table: Table): string | null {
  if (table.model === null) return null;
  return isSqlModel(table) ? 'sqlalchemy' : table.dialect ?? (table.place.path.endsWith('.py') ? 'sqlalchemy' : null);
}

/** Its fields have to be annotated, relationships too: https://sqlmodel.tiangolo.com/tutorial/relationship-attributes/ */
const isSqlModel = (table: Table): boolean => table.dialect === 'sqlmodel';

/** Words in the style of the model: `order_status` in Python, `orderStatus` in TypeScript unless its other members are written as in Python. */
function memberName(table: Table, words: readonly string[]): string {
  const members = [...table.columns.map((column) => column.attribute), ...table.relationships.map((one) => one.name)];
  const hasUnderscores = members.some((name) => /[a-z]_[a-z]/.test(name)) && !members.some((name) => /[a-z][A-Z]/.test(name));
  return table.place.path.endsWith('.py') || hasUnderscores
    ? words.join('_')
    : words.map((word, i) => (i ? word[0].toUpperCase() + word.slice(1) : word)).join('');
}

/** What the row that a key points at is called in the child: `organization` for `organization_id`. */
export function referenceName(key: ForeignKey): string {
  const role = roleWords(key);
  const isBare = role.length === 1 && role[0] === wordsOf(key.columns[0].name).join('_');
  return memberName(key.table, isBare ? (key.columns.length > 1 ? singularWords(key.target) : [...role, 'ref']) : role);
}

/** What the rows that hold the key are called in the parent: `payment_methods`; `payment_methods_by_payer` where the parent has those of another key. */
export function collectionName(key: ForeignKey): string {
  const words = ownWords(key.table);
  const plural = [...words.slice(0, -1), pluralize.plural(words[words.length - 1])];
  const name = memberName(key.target, plural);
  const isTaken = key.target.relationships.some((one) => one.name === name) || key.target.columns.some((column) => column.attribute === name);
  return isTaken ? memberName(key.target, [...plural, 'by', ...roleWords(key)]) : name;
}

/** The words of a table's name; those of its model where the table's name only has a prefix before them (`app_payment_method` of `PaymentMethod`). */
function ownWords(table: Table): readonly string[] {
  const [words, own] = [wordsOf(table.name), wordsOf(table.model ?? '')];
  const end = (each: readonly string[]): string => [...each.slice(0, -1), pluralize.singular(each.at(-1) ?? '')].join('_');
  return own.length > 0 && words.length > own.length && end(words).endsWith(`_${end(own)}`) ? own : words;
}

/** What one row of the table is called. */
function singularWords(table: Table): readonly string[] {
  const words = ownWords(table);
  return [...words.slice(0, -1), pluralize.singular(words.at(-1)!)];
}

/** The line to add to the parent's model; undefined where its ORM is not known, or the child's is another. `inverse` is the member of the child. */
export function collectionText(key: ForeignKey, inverse: string | null): string | undefined {
  const name = collectionName(key);
  const child = key.table.model ?? key.table.name;
  const back = inverse ?? referenceName(key);
  const dialect = dialectOf(key.target);
  if (dialect !== dialectOf(key.table)) return undefined;
  if (isSqlModel(key.target)) return `${name}: list["${child}"] = Relationship(back_populates="${back}")`;
  if (dialect === 'sqlalchemy') return `${name} = relationship("${child}", back_populates="${back}")`;
  if (dialect === 'typeorm') return `@OneToMany(() => ${child}, (row) => row.${back})\n${name}: ${child}[];`;
  if (dialect === 'mikro-orm') return `@OneToMany(() => ${child}, (row) => row.${back})\n${name} = new Collection<${child}>(this);`;
  if (dialect === 'drizzle') return `${name}: many(${child}), // in relations(${key.target.model}, …)`;
  if (dialect === 'sequelize') return `${key.target.model}.hasMany(${child}, { as: '${name}', foreignKey: '${key.columns[0].attribute}' });`;
  return undefined;
}

/** The line of the child's model, undefined likewise; `inverse` is the member of the parent, null where it has none. */
export function referenceText(key: ForeignKey, inverse: string | null, name = referenceName(key)): string | undefined {
  const parent = key.target.model ?? key.target.name;
  const dialect = dialectOf(key.table);
  if (dialect !== dialectOf(key.target)) return undefined;
  if (isSqlModel(key.table))
    return `${name}: ${key.columns.some((column) => column.nullable) ? `Optional["${parent}"]` : `"${parent}"`} = Relationship(${inverse ? `back_populates="${inverse}"` : ''})`;
  if (dialect === 'sqlalchemy') return `${name} = relationship("${parent}"${inverse ? `, back_populates="${inverse}"` : ''})`;
  if (dialect === 'typeorm')
    return `@ManyToOne(() => ${parent}${inverse ? `, (row) => row.${inverse}` : ''})\n@JoinColumn({ name: '${key.columns[0].name}' })\n${name}: ${parent};`;
  if (dialect === 'mikro-orm') return `@ManyToOne(() => ${parent})\n${name}!: ${parent};`;
  if (dialect === 'drizzle')
    return `${name}: one(${parent}, { fields: [${members(key.table, key.columns)}], references: [${members(key.target, key.targetColumns)}] }), // in relations(${key.table.model}, …)`;
  if (dialect === 'sequelize') return `${key.table.model}.belongsTo(${parent}, { as: '${name}', foreignKey: '${key.columns[0].attribute}' });`;
  return undefined;
}

/** What a model has to say for a column to be a foreign key to another table's key; undefined where its ORM is not known. */
export function foreignKeyText(column: Column, key: Column): string | undefined {
  const [table, target] = [column.table, key.table];
  const dialect = dialectOf(table);
  if (target.model === null || dialect !== dialectOf(target)) return undefined;
  if (dialect === 'drizzle') return `.references(() => ${members(target, [key])}) // on ${members(table, [column])}`;
  if (dialect !== 'prisma') return undefined;
  const role = wordsOf(column.name).slice(0, -1);
  const isTaken = (name: string): boolean => table.columns.some((one) => one.attribute === name) || table.relationships.some((one) => one.name === name);
  const plain = memberName(table, role.length > 0 ? role : ownWords(target));
  const words = ownWords(table);
  const rows = memberName(target, [...words.slice(0, -1), pluralize.plural(words.at(-1)!)]);
  return `${isTaken(plain) ? `${plain}Ref` : plain} ${target.model}${column.nullable ? '?' : ''} @relation(fields: [${column.attribute}], references: [${key.attribute}]) // and ${rows} ${table.model}[] in ${target.model}`;
}

/** What has to change in a relationship of the child's model for a new collection of the parent's: nothing where the collection's own line names it. */
export function tieText(key: ForeignKey, collection: string, name: string): string | undefined {
  return dialectOf(key.table) === 'sqlalchemy' ? referenceText(key, collection, name) : undefined;
}

/** An index in the table's arguments. */
export function indexText(table: Table, name: string, columns: readonly Column[], predicate: string | null): string | undefined {
  const dialect = dialectOf(table);
  if (dialect === 'drizzle') return `index('${name}').on(${members('t', columns)})${predicate ? `.where(sql\`${predicate}\`)` : ''}`;
  if (dialect === 'sequelize') return sequelizeIndex(name, columns, predicate, false);
  if (dialect === 'prisma') return prismaKey('index', name, columns, predicate);
  if (dialect === 'mikro-orm') return predicate ? undefined : `@Index({ name: '${name}', properties: [${properties(table, columns)}] }) // on the class`;
  if (dialect !== 'sqlalchemy') return undefined;
  return `Index("${name}", ${attributes(columns)}${predicate ? `, postgresql_where=text("${predicate.replaceAll('"', '\\"')}")` : ''})`;
}

/** A unique constraint in the table's arguments, or a partial unique index. */
export function uniqueText(table: Table, name: string, columns: readonly Column[], predicate: string | null): string | undefined {
  const dialect = dialectOf(table);
  if (dialect === 'django') return djangoUnique(table, name, columns, predicate);
  if (dialect === 'drizzle')
    return predicate ? `uniqueIndex('${name}').on(${members('t', columns)}).where(sql\`${predicate}\`)` : `unique('${name}').on(${members('t', columns)})`;
  if (dialect === 'sequelize') return sequelizeIndex(name, columns, predicate, true);
  if (dialect === 'prisma') return prismaKey('unique', name, columns, predicate);
  if (dialect === 'mikro-orm') return predicate ? undefined : `@Unique({ name: '${name}', properties: [${properties(table, columns)}] }) // on the class`;
  if (dialect !== 'sqlalchemy') return undefined;
  return predicate
    ? `Index("${name}", ${attributes(columns)}, unique=True, postgresql_where=text("${predicate.replaceAll('"', '\\"')}"))`
    : `UniqueConstraint(${attributes(columns)}, name="${name}")`;
}

/** A line of the model's block; Prisma's schema has no predicates. https://www.prisma.io/docs/orm/reference/prisma-schema-reference#unique-1 */
function prismaKey(kind: 'index' | 'unique', name: string, columns: readonly Column[], predicate: string | null): string | undefined {
  return predicate ? undefined : `@@${kind}([${columns.map((column) => column.attribute).join(', ')}], map: "${name}")`;
}

/** Columns as properties of an entity. */
function properties(table: Table, columns: readonly Column[]): string {
  return columns.map((column) => `'${propertyName(table, column)}'`).join(', ');
}

/** What a model calls a column: a key by the relationship that it is the key of. */
function propertyName(table: Table, column: Column): string {
  return (
    table.relationships.find(
      (each) => !each.many && each.foreignKey?.table === table && each.foreignKey.columns.length === 1 && each.foreignKey.columns[0] === column,
    )?.name ?? column.attribute
  );
}

/** A constraint for `Meta.constraints`; nothing where its condition cannot be said with `Q`. */
function djangoUnique(table: Table, name: string, columns: readonly Column[], predicate: string | null): string | undefined {
  const condition = predicate === null ? '' : djangoCondition(table, predicate);
  if (condition === null) return undefined;
  return `models.UniqueConstraint(fields=[${columns.map((column) => `"${propertyName(table, column)}"`).join(', ')}], ${condition ? `condition=${condition}, ` : ''}name="${name}")`;
}

/** `deleted_at IS NULL AND code <> ''` as `Q(deleted_at__isnull=True) & ~Q(code="")`; null for what is said otherwise. */
function djangoCondition(table: Table, predicate: string): string | null {
  const terms: string[] = [];
  let rest = predicate;
  while (rest !== '') {
    const term = /^"?(\w+)"? (?:IS (NOT )?NULL|(=|<>) (?:'((?:[^']|'')*)'|(true|false)|(-?[\d.]+)))(?: AND (?=.)|$)/.exec(rest);
    const column = table.columns.find((one) => one.name === term?.[1]);
    if (!term || !column) return null;
    const [, , not, operator, text, flag, number] = term;
    const value = text !== undefined ? JSON.stringify(text.replaceAll("''", "'")) : flag ? (flag === 'true' ? 'True' : 'False') : number;
    const field = propertyName(table, column);
    terms.push(operator ? `${operator === '<>' ? '~' : ''}Q(${field}=${value})` : `Q(${field}__isnull=${not ? 'False' : 'True'})`);
    rest = rest.slice(term[0].length);
  }
  return terms.join(' & ');
}

/** An entry of the model's `indexes`. */
function sequelizeIndex(name: string, columns: readonly Column[], predicate: string | null, unique: boolean): string {
  const fields = columns.map((column) => `'${column.name}'`).join(', ');
  return `{ name: '${name}', ${unique ? 'unique: true, ' : ''}fields: [${fields}]${predicate ? `, where: sequelize.literal(\`${predicate}\`)` : ''} }, // in the model's indexes`;
}

/** `posts.authorId, posts.orgId`: columns as members of the table's object. */
function members(of: Table | string, columns: readonly Column[]): string {
  const owner = typeof of === 'string' ? of : of.model ?? of.name;
  return columns.map((column) => `${owner}.${column.attribute}`).join(', ');
}

function attributes(columns: readonly Column[]): string {
  return columns.map((column) => `"${column.name}"`).join(', ');
}

/** A name for an index or key within PostgreSQL's 63 bytes. */
export function constraintName(prefix: string, table: Table, columns: readonly Column[]): string {
  return [prefix, table.name, ...columns.map((column) => column.name)].join('_').slice(0, 63);
}
