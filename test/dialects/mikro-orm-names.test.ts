import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analyse.js';
import { analyseText } from '../support/analyse-text.js';

let analysis: Analysis;
const table = (name: string) => analysis.project.schema.tables.find((each) => each.name === name)!;
const names = (of: readonly { readonly name: string }[]) => of.map((each) => each.name);

describe('naming strategies of the repository\'s own', () => {
  const MODELS = "import { Collection, Entity, PrimaryKey, Property, ManyToMany, ManyToOne } from '@mikro-orm/core';\n@Entity() export class OrderLine { @PrimaryKey() id!: number; @Property() unitPrice!: number; @ManyToOne(() => OrderLine) parentLine!: OrderLine; @ManyToMany(() => Tag) moreTags = new Collection<Tag>(this); }\n@Entity({ tableName: 'Tags' }) export class Tag { @PrimaryKey() id!: number; }\n";
  const named = async (base: string, body: string, extra = ''): Promise<Record<string, string>> => {
    analysis = await analyseText({ 'src/a.ts': MODELS, 'src/naming.ts': `import { ${base} } from '@mikro-orm/core';\n${extra}\nexport class Naming extends ${base} {\n${body}\n}\n` });
    return Object.fromEntries(analysis.project.schema.tables.map((each) => [each.name, names(each.columns).join()]));
  };
  it('replace one name and with it what the package makes of it', async () => {
    expect(await named('UnderscoreNamingStrategy', '  classToTableName(name: string) { return PREFIX + super.classToTableName(name); }', "const PREFIX = 'app_';")).toEqual({
      app_order_line: 'id,unit_price,app_parent_line_id', Tags: 'id', app_app_order_line_app_more_tags: 'app_order_line_id,app_tag_id',
    });
  });
  it('call their own methods, those of the package, and functions that spell', async () => {
    const body = `  private readonly suffix = '_key';
  classToTableName(name: string) { return pluralize(this.underscore(name)); }
  joinKeyColumnName(entity: string, column?: string) { return this.propertyToColumnName(entity) + '_' + (column || this.referenceColumnName()) + this.suffix; }
  joinTableName(source: string, target: string, property: string) { return \`\${source}_\${this.underscore(property)}\`; }
  private underscore(name: string) { return name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase(); }`;
    expect(await named('UnderscoreNamingStrategy', body, "import pluralize from 'pluralize';")).toEqual({ order_lines: 'id,unit_price,parent_line_id_key', Tags: 'id', order_lines_more_tags: 'order_line_id_key,tag_id_key' });
  });
  it('extend the one that keeps names, or none', async () => {
    expect(await named('EntityCaseNamingStrategy', '  propertyToColumnName(name: string) { return snakeCase(name); }')).toEqual({ OrderLine: 'id,unit_price,parentLine', Tags: 'id', OrderLine_more_tags: 'orderLine,tag' });
    expect(await named('AbstractNamingStrategy', '  classToTableName(name: string) { return name; }\n  propertyToColumnName(name: string) { return name; }\n  referenceColumnName() { return \'id\'; }\n  joinKeyColumnName(name: string, column?: string) { return name + (column ? `_${column}` : \'\'); }\n  joinTableName(a: string, b: string, p: string) { return [a, p].join(\'_\'); }')).toEqual({ OrderLine: 'id,unitPrice,parentLine_id', Tags: 'id', OrderLine_moreTags: 'OrderLine_id,Tag_id' });
  });
  it('whose names cannot be told most likely keep the names of the package', async () => {
    await named('UnderscoreNamingStrategy', '  classToTableName(name: string) { return tables[name]; }');
    expect(table('order_line').columns.length).toBe(3);
  });
});

describe('what the repository configures', () => {
  const ENTITY = "import { Entity, PrimaryKey, Property, ManyToOne } from '@mikro-orm/core';\n@Entity() export class OrderLine { @PrimaryKey() id!: number; @Property() unitPrice?: number; @ManyToOne() parentLine?: OrderLine; }\n";
  it('names, and whether annotations say what may be null', async () => {
    analysis = await analyseText({ 'src/a.ts': ENTITY });
    expect(table('order_line').columns.map((each) => [each.name, each.nullable])).toEqual([['id', false], ['unit_price', false], ['parent_line_id', false]]);
    analysis = await analyseText({ 'src/a.ts': ENTITY, 'src/config.ts': "import { EntityCaseNamingStrategy, defineConfig } from '@mikro-orm/postgresql';\nimport { TsMorphMetadataProvider } from '@mikro-orm/reflection';\nexport default defineConfig({ namingStrategy: EntityCaseNamingStrategy, metadataProvider: TsMorphMetadataProvider });\n" });
    expect(table('OrderLine').columns.map((each) => [each.name, each.nullable])).toEqual([['id', false], ['unitPrice', true], ['parentLine', true]]);
  });
});
