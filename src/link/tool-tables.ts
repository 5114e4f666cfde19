/**
 * Tables in which migration tools keep their own books, by the names they use unless told otherwise: nobody designs them.
 * https://alembic.sqlalchemy.org/en/latest/api/runtime.html · https://docs.djangoproject.com/en/5.2/topics/migrations/ ·
 * https://www.prisma.io/docs/orm/prisma-migrate · https://knexjs.org/guide/migrations.html · https://kysely.dev/docs/migrations ·
 * https://sequelize.org/docs/v6/other-topics/migrations/ · https://guides.rubyonrails.org/active_record_migrations.html ·
 * https://documentation.red-gate.com/flyway · https://github.com/pressly/goose
 */
const TOOL_TABLES = new Set([
  'alembic_version', 'django_migrations', '_prisma_migrations', 'knex_migrations', 'knex_migrations_lock', 'kysely_migration', 'kysely_migration_lock',
  'SequelizeMeta', 'SequelizeData', '__drizzle_migrations', 'mikro_orm_migrations', 'typeorm_metadata', 'schema_migrations', 'ar_internal_metadata',
  'flyway_schema_history', 'goose_db_version', '_sqlx_migrations', 'pgmigrations',
]);

export function isToolTable(name: string): boolean {
  return TOOL_TABLES.has(name);
}
