/** Entities of MikroORM 5 to 7. https://mikro-orm.io/docs/defining-entities */
import { entry, flag, positional } from '../../flow/arguments.js';
import { lineage } from '../../flow/classes.js';
import type { Flow } from '../../flow/evaluate.js';
import type { Value } from '../../flow/value.js';
import type { TableDraft } from '../../link/draft.js';
import type { ProgramView } from '../dialect.js';
import { decorationsOf, hasUnseenParts } from '../shared/decorations.js';
import { draftsOf } from '../shared/entities.js';
import { commentOf } from '../shared/targets.js';
import { isTypeorm } from '../typeorm/api/receivers.js';
import { entityFrom } from './entity.js';
import { membersOfClass, type Declaring, type Marked } from './members.js';
import { isImported, isMikro, namingOf, readsAnnotations } from './names.js';
import { embeddableSchemas, schemaEntities, schemasIn } from './schemas.js';

export function declare(program: ProgramView): readonly TableDraft[] {
  const { flow } = program;
  if (!isImported(program.modules)) return [];
  const naming = namingOf(program);
  const infers = readsAnnotations(program.modules);
  const marked = new Map<string, Marked>();
  for (const cls of program.classes) {
    if (cls.module.language !== 'typescript' || cls.cls.decorators.length === 0) continue;
    const env = cls.env.parent ?? cls.env;
    const decorations = decorationsOf(flow, cls.cls.decorators, env, isMikro);
    const entity = decorations.find((each) => each.name === 'Entity');
    // A class that is an entity of TypeORM as well is declared there.
    if (!entity || decorationsOf(flow, cls.cls.decorators, env, isTypeorm).some((each) => each.name === 'Entity')) continue;
    marked.set(cls.id, { cls, options: positional(entity.args)[0]?.value ?? null, decorations });
  }
  const schemas = schemasIn(program);
  const ctx: Declaring = { flow, marked, schemaOf: embeddableSchemas(flow, schemas) };
  const tables = [...marked.values()].filter(
    ({ options }) =>
      (flag(entry(options, 'abstract')) !== true || isRoot(options)) && !entry(options, 'expression') && flag(entry(options, 'virtual')) !== true,
  );
  const entities = tables.map((each) => {
    const root = rootOf(flow, each, marked);
    const own = root && root.cls.id !== each.cls.id ? root : null;
    const { properties, embedded, constraints } = membersOfClass(ctx, each, own);
    return entityFrom(
      flow,
      {
        model: each.cls.name,
        cls: each.cls,
        site: null,
        base: own?.cls ?? null,
        options: each.options,
        rootOptions: own?.options ?? null,
        rootName: own?.cls.name ?? null,
        hasUnseenParts: hasUnseenParts(flow, each.cls, isMikro),
        properties,
        embedded,
        constraints,
        comment: commentOf(each.cls.cls.note),
        place: { path: each.cls.module.path, at: each.cls.cls.at },
        extent: { path: each.cls.module.path, at: each.cls.cls.range },
      },
      naming,
      infers,
    );
  });
  const drafts = draftsOf([...entities, ...schemaEntities(ctx, schemas, naming, infers)], naming);
  return naming.isUntold() ? drafts.map((draft) => ({ ...draft, hasUntoldNames: true })) : drafts;
}

/** Whether classes share the table of this one, which is then there though it may be abstract. */
const isRoot = (options: Value | null): boolean => entry(options, 'discriminatorColumn') !== null;

/** The entity whose table a class shares. https://mikro-orm.io/docs/inheritance-mapping#single-table-inheritance */
function rootOf(flow: Flow, entity: Marked, marked: ReadonlyMap<string, Marked>): Marked | null {
  for (const cls of lineage(flow, entity.cls)) { const known = marked.get(cls.id); if (known && isRoot(known.options)) return known; }
  return null;
}
