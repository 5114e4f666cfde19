import { apiMakers } from './api-makers/index.js';
import { classTransformer } from './class-transformer/index.js';
import { auth } from './auth/index.js';
import { containers } from './containers/index.js';
import type { Dialect } from './dialect.js';
import { django } from './django/index.js';
import { drizzle } from './drizzle/index.js';
import { graphql } from './graphql/index.js';
import { hono } from './hono/index.js';
import { knex } from './knex/index.js';
import { kysely } from './kysely/index.js';
import { lodash } from './lodash/index.js';
import { marshmallow } from './marshmallow/index.js';
import { mikroOrm } from './mikro-orm/index.js';
import { nest } from './nest/index.js';
import { pages } from './pages/index.js';
import { prisma } from './prisma/index.js';
import { pydantic } from './pydantic/index.js';
import { sequelize } from './sequelize/index.js';
import { sqlClient } from './sql-client/index.js';
import { sqlalchemy } from './sqlalchemy/index.js';
import { supabase } from './supabase/index.js';
import { trpc } from './trpc/index.js';
import { typeorm } from './typeorm/index.js';
import { webClient } from './web-client/index.js';
import { zod } from './zod/index.js';

/** Every dialect, in the order they are asked. */
export const dialects: readonly Dialect[] = [
  classTransformer, apiMakers, auth, containers, django, drizzle, graphql, hono, knex, kysely, lodash, marshmallow, mikroOrm, nest, pages, prisma, pydantic,
  sequelize, sqlalchemy, supabase, sqlClient, trpc, typeorm, webClient, zod,
];
