import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';
import { shapeOf } from '../support/table-shape.js';

const migration = (name: string, up: string, down = ''): string => `import { MigrationInterface, QueryRunner, Table, TableColumn, TableForeignKey, TableIndex } from 'typeorm'
export class ${name} implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> { ${up} }
  public async down(queryRunner: QueryRunner): Promise<void> { ${down} }
}`;
const CREATE = "await queryRunner.query(`CREATE TABLE \"order\" (\"id\" SERIAL NOT NULL, \"shopId\" integer NOT NULL, CONSTRAINT \"PK_1\" PRIMARY KEY (\"id\"))`)";

describe('TypeORM migrations', () => {
  it('follow the timestamps, in whichever folders of a package they are', async () => {
    const { project, coverage } = await analyseText({
      'package.json': '{"name": "shop"}',
      'src/enterprise/migrations/1700000000300-Note.ts': migration('Note1700000000300', "await queryRunner.query(`ALTER TABLE \"order\" ADD COLUMN \"note\" text`)", "await queryRunner.query(`ALTER TABLE \"order\" DROP COLUMN \"note\"`)"),
      'src/migrations/1700000000100-Init.ts': migration('Init1700000000100', CREATE, 'await queryRunner.query(`DROP TABLE "order"`)'),
      'src/migrations/1700000000200-Index.ts': migration('Index1700000000200', "await queryRunner.query('CREATE UNIQUE INDEX \"IDX_1\" ON \"order\" (\"shopId\")')"),
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'order')).toEqual(["id integer = nextval('order_id_seq'::regclass)", 'shopId integer', 'note text null', 'primary (id)', 'unique index (shopId)']);
  });

  it('are read where they use the builder', async () => {
    const { project, coverage } = await analyseText({
      'src/migrations/1700000000100-Init.ts': migration('Init1700000000100', `
        await queryRunner.createTable(new Table({ name: 'shops', columns: [
          { name: 'id', type: 'uuid', isPrimary: true, isGenerated: true, generationStrategy: 'uuid' },
          { name: 'name', type: 'varchar', length: '80', isUnique: true }, { name: 'tags', type: 'text', isArray: true, isNullable: true },
        ], indices: [{ columnNames: ['tags'] }] }), true);
        await queryRunner.createTable(new Table({ name: 'orders', columns: [{ name: 'id', type: 'int', isPrimary: true }, { name: 'shop_id', type: 'uuid' }], foreignKeys: [
          { columnNames: ['shop_id'], referencedTableName: 'shops', referencedColumnNames: ['id'], onDelete: 'CASCADE' } ] }));
        await queryRunner.addColumn('orders', new TableColumn({ name: 'total', type: 'decimal', precision: 10, scale: 2, default: 0 }));
        await queryRunner.changeColumn('orders', 'total', new TableColumn({ name: 'sum', type: 'decimal', precision: 12, scale: 2, isNullable: true }));
        await queryRunner.createIndex('orders', new TableIndex({ name: 'late', columnNames: ['sum'], isUnique: true, where: 'sum > 0' }));
        await queryRunner.dropColumn('shops', 'tags');`),
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id uuid = uuid_generate_v4()', 'name character varying(80)', 'primary (id)', 'unique (name)']);
    expect(shapeOf(project.schema, 'orders')).toEqual(['id integer', 'shop_id uuid', 'sum numeric(12, 2) null', 'primary (id)', 'unique index (sum) where sum > 0', 'foreign (shop_id) -> shops (id) cascade']);
  });

  it('put together statements from what a step sets once', async () => {
    const { project, coverage } = await analyseText({
      'src/migrations/1700000000100-Init.ts': migration('Init1700000000100', `
        const id = 'id uuid PRIMARY KEY';
        const stamps = \`created_at timestamptz NOT NULL DEFAULT now()\`;
        const common = \`\${id}, \${stamps}\`;
        await queryRunner.query(\`CREATE TABLE shops (\${common}, name text NOT NULL)\`);
        for (const table of ['shelves', 'tills']) await queryRunner.query(\`CREATE TABLE \${table} (\${id}, shop_id uuid NOT NULL)\`);`),
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'shops')).toEqual(['id uuid', 'created_at timestamp with time zone = now()', 'name text', 'primary (id)']);
    expect(shapeOf(project.schema, 'tills')).toEqual(['id uuid', 'shop_id uuid', 'primary (id)']);
  });

  it('take the way of PostgreSQL, and of copies for several engines the one for it', async () => {
    const other = migration('Init1700000000100', 'await queryRunner.query(`CREATE TABLE \\`order\\` (\\`id\\` varchar(36) NOT NULL) ENGINE=InnoDB`)');
    const { project, coverage } = await analyseText({
      'src/migrations/mysql/1700000000100-Init.ts': other,
      'src/migrations/postgres/1700000000100-Init.ts': migration('Init1700000000100', CREATE),
      'src/migrations/postgres/1700000000200-More.ts': `import { MigrationInterface, QueryRunner } from 'typeorm'
        export class More1700000000200 implements MigrationInterface {
          public async up(queryRunner: QueryRunner) {
            switch (queryRunner.connection.options.type as Engine) {
              case Engine.sqlite: case Engine.betterSqlite3: await this.sqlite(queryRunner); break;
              case Engine.postgres: await this.postgres(queryRunner); break;
              default: throw Error('unsupported');
            }
          }
          async sqlite(queryRunner: QueryRunner) { await queryRunner.query('DROP TABLE "order"'); }
          async postgres(queryRunner: QueryRunner) { if (!(await queryRunner.hasColumn('order', 'note'))) await queryRunner.query('ALTER TABLE "order" ADD "note" text'); }
        }`,
    });
    expect(coverage.notes).toEqual([]);
    expect(shapeOf(project.schema, 'order')).toContain('note text null');
  });
});
