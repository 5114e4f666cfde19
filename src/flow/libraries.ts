/** What a package is called by the library that it hands on. */

/**
 * Packages that applications keep a fork of in their own scope (`@acme/typeorm`), or hand on from a package of their framework
 * (`@acme/framework/mikro-orm/core`).
 */
const HANDED_ON = /^@[^/]+\/(?:[^/]+\/)?((?:typeorm|mikro-orm|sequelize|sequelize-typescript|kysely|knex|drizzle-orm)(?:\/.*)?)$/;
/** Scopes whose packages of these names are something else: adapters of a framework, parts of the library itself. */
const OTHERS = /^@(?:nestjs|mikro-orm|sequelize|feathersjs|adminjs|types)\//;

const known = new Map<string, string>();

/** The module under the name that its library has by itself. Names are asked for again and again. */
export function libraryName(module: string): string {
  if (module[0] !== '@') return module;
  let name = known.get(module);
  if (name === undefined)
    known.set(module, (name = OTHERS.test(module) ? module : (HANDED_ON.exec(module)?.[1] ?? module).replace(/^mikro-orm\b/, '@mikro-orm')));
  return name;
}
