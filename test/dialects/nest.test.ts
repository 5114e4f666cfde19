import { describe, expect, it } from 'vitest';
import { analyseText } from '../support/analyse-text.js';

const PRISMA = 'model Parcel {\n  id String @id\n  label String\n  hub String\n}\n';
const MESSAGES = `
export class ListParcels { constructor(readonly hub: string) {} }
export class CountParcels { constructor(readonly hub: string) {} }
export class ParcelSorted { constructor(readonly change) {} }
`;
const HANDLERS = `import { CommandHandler, EventsHandler, QueryHandler } from '@nestjs/cqrs';
import { OnEvent } from '@nestjs/event-emitter';
import { PrismaClient } from '@prisma/client';
import { ListParcels, ParcelSorted } from './messages';

@QueryHandler(ListParcels)
export class ListParcelsHandler {
  constructor(private readonly prisma: PrismaClient) {}
  async execute({ hub }: ListParcels) { return this.prisma.parcel.findMany({ where: { hub } }); }
}

@EventsHandler(ParcelSorted)
export class ParcelSortedHandler {
  constructor(private readonly prisma: PrismaClient) {}
  handle(event) { return this.prisma.parcel.updateMany({ where: { id: '1' }, data: event.change }); }
}

export class Listener {
  constructor(private readonly prisma: PrismaClient) {}
  @OnEvent('parcel.moved') moved(payload) { return this.prisma.parcel.updateMany({ where: { id: payload.id }, data: payload.change }); }
}
`;

/** What the controller's method sends, and what comes of it: entries of queries, and uses in its file. */
async function sent(body: string) {
  const { project } = await analyseText({
    'schema.prisma': PRISMA, 'src/messages.ts': MESSAGES, 'src/handlers.ts': HANDLERS,
    'src/controller.ts': `import { Controller, Get } from '@nestjs/common';\nimport { AggregateRoot, CommandBus, EventBus, QueryBus } from '@nestjs/cqrs';\nimport { EventEmitter2 } from '@nestjs/event-emitter';\nimport { CountParcels, ListParcels, ParcelSorted } from './messages';\n${body.includes('Belt') ? "class Belt extends AggregateRoot { sort() { this.apply(new ParcelSorted({ label: 'a' })); } }" : ''}\n@Controller('parcels') export class Parcels {\n  constructor(private readonly queries: QueryBus, private readonly events: EventBus, private readonly emitter: EventEmitter2) {}\n  @Get() async list(hub: string) { ${body} }\n}\n`,
  });
  return {
    entries: project.usage.queries.map(({ context }) => `${context.entry}${context.isReached ? ' through calls' : ''}`),
    uses: project.usage.uses.filter(({ place, kind }) => place.path === 'src/controller.ts' && kind === 'read').map((use) => use.column.name),
    writes: project.usage.uses.filter(({ kind }) => kind === 'write').map((use) => use.column.name),
  };
}

describe('messages of Nest', () => {
  it('are taken by what is decorated for them, in the request that sends them, and what it gives comes back', async () => {
    const { entries, uses } = await sent('const parcels = await this.queries.execute(new ListParcels(hub)); return parcels.map((parcel) => parcel.label);');
    expect(entries).toContain('route through calls');
    expect(uses).toEqual(['label']);
  });

  it('are taken by nothing that is decorated for others', async () => {
    const { entries, uses } = await sent("const parcels = await this.queries.execute(new CountParcels(hub)); return parcels.map((parcel) => parcel.label);");
    expect(entries).not.toContain('route through calls');
    expect(uses).toEqual([]);
  });

  it.each([
    ['one', "this.events.publish(new ParcelSorted({ label: 'a' }));"],
    ['several', "this.events.publishAll([new ParcelSorted({ label: 'a' }), new ListParcels(hub)]);"],
    ['by an aggregate', 'const belt = new Belt(); belt.sort(); belt.commit();'],
  ])('say what happened: %s', async (_, body) => {
    expect((await sent(body)).writes).toEqual(['label']);
  });

  it('go by a name, with what they carry', async () => {
    expect((await sent("this.emitter.emit('parcel.moved', { id: '1', change: { hub: 'south' } });")).writes).toEqual(['hub']);
    expect((await sent("this.emitter.emit('parcel.lost', { id: '1', change: { hub: 'south' } });")).writes).toEqual([]);
  });
});

describe('what a handler takes from its request', () => {
  const GUARD = `import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { JwtService } from '@nestjs/jwt';
import { PrismaClient } from '@prisma/client';
export class Guard {
  constructor(private readonly prisma: PrismaClient, private readonly jwt: JwtService) {}
  async canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest();
    request['parcel'] = await this.prisma.parcel.findUnique({ where: { id: request.headers['x-id'] } });
    request.claims = await this.jwt.verifyAsync(request.headers['x-token']);
    return true;
  }
}
export const Given = createParamDecorator((part: string | undefined, context: ExecutionContext) => { const request = context.switchToHttp().getRequest(); return part ? request.parcel?.[part] : request.parcel; });
export const GivenInGraph = createParamDecorator((_, context) => GqlExecutionContext.create(context).getContext().req.parcel);
export const Claims = createParamDecorator((_, context: ExecutionContext) => context.switchToHttp().getRequest().claims);
`;
  const readsOf = async (method: string) => {
    const { project } = await analyseText({ 'schema.prisma': PRISMA, 'src/guard.ts': GUARD, 'src/controller.ts': `import { Controller, Get } from '@nestjs/common';\nimport { Claims, Given, GivenInGraph } from './guard';\n@Controller('parcels') export class Parcels { @Get() ${method} }\n` });
    return project.usage.uses.filter(({ place, kind }) => place.path === 'src/controller.ts' && kind === 'read').map((use) => use.column.name);
  };

  it('is the row that a guard keeps there, whichever way the decorator comes to it', async () => {
    expect(await readsOf('label(@Given() parcel) { return parcel.label + parcel.size; }')).toEqual(['label']);
    expect(await readsOf('label(@GivenInGraph() parcel) { return parcel.label; }')).toEqual(['label']);
  });

  it('is nothing known where the type says otherwise, where it comes with a token, or without a decorator', async () => {
    for (const param of ['@Given() parcel: Date', '@Claims() parcel', '@Body() parcel', 'parcel']) expect([param, await readsOf(`label(${param}) { return parcel.label; }`)]).toEqual([param, []]);
  });
});
